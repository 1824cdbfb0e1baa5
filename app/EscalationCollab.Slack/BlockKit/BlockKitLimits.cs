namespace EscalationCollab.Slack.BlockKit;

/// <summary>
/// What Slack takes, in one place. Counted in UTF-16 units after escaping, which is never less than Slack counts.
/// Source: docs.slack.dev, "Block Kit" (blocks, block elements, composition objects, surfaces), as of 2026-08; what Slack
/// does not document is marked and was learnt from its maintainers' answers.
/// </summary>
internal static class BlockKitLimits
{
    /// <summary>Blocks in a message.</summary>
    public const int MessageBlocks = 50;

    /// <summary>Blocks in a modal or a Home.</summary>
    public const int ViewBlocks = 100;

    /// <summary>
    /// All texts of a message together with what its blocks and their parts add. Not documented: Slack answers
    /// <c>msg_blocks_too_long</c> beyond "12,000 characters with a buffer for containers"; a divider was seen to take 125
    /// of it, and texts of 11,341 in many blocks to be refused (slackapi/bolt-js, issues 2509 and 2867).
    /// </summary>
    public const int MessageWeight = 12_000;

    /// <summary>What a block adds to the weight of a message.</summary>
    public const int BlockWeight = 125;

    /// <summary>What a part of a block adds to the weight of a message.</summary>
    public const int PartWeight = 20;

    /// <summary>The text that stands for the whole message in notifications.</summary>
    public const int MessageText = 3_000;

    /// <summary>The text of a section, context or rich text element. Rich text has no documented limit; one for all is simpler.</summary>
    public const int Text = 3_000;

    /// <summary>Fields in a section.</summary>
    public const int Fields = 10;

    /// <summary>The text of a field.</summary>
    public const int FieldText = 2_000;

    /// <summary>The text of a header.</summary>
    public const int Header = 150;

    /// <summary>Elements in a context.</summary>
    public const int ContextElements = 10;

    /// <summary>Elements in a row of actions.</summary>
    public const int ActionElements = 25;

    /// <summary>The words on a button.</summary>
    public const int ButtonText = 75;

    /// <summary>What travels with a button.</summary>
    public const int ButtonValue = 2_000;

    /// <summary>A web address of a button, option, link or picture.</summary>
    public const int Url = 3_000;

    /// <summary><c>action_id</c>, <c>block_id</c>, <c>callback_id</c>, <c>external_id</c>.</summary>
    public const int Id = 255;

    /// <summary>The words of an option, and its description.</summary>
    public const int OptionText = 75;

    /// <summary>The value of an option.</summary>
    public const int OptionValue = 150;

    /// <summary>Options of a select, and of an answer to a type-ahead.</summary>
    public const int SelectOptions = 100;

    /// <summary>The words in a field before anything is chosen.</summary>
    public const int Placeholder = 150;

    /// <summary>Options of an overflow menu.</summary>
    public const int OverflowOptions = 5;

    /// <summary>Options of check boxes or radio buttons.</summary>
    public const int BoxOptions = 10;

    /// <summary>The title of a question before an action.</summary>
    public const int ConfirmTitle = 100;

    /// <summary>The text of a question before an action.</summary>
    public const int ConfirmText = 300;

    /// <summary>The words on the buttons of a question.</summary>
    public const int ConfirmButton = 30;

    /// <summary>The label or hint of an input.</summary>
    public const int Label = 2_000;

    /// <summary>The longest answer to a text input.</summary>
    public const int Answer = 3_000;

    /// <summary>A view's title and the words on its buttons.</summary>
    public const int ViewTitle = 24;

    /// <summary>What travels with a view.</summary>
    public const int PrivateMetadata = 3_000;

    /// <summary>A view as JSON, in bytes.</summary>
    public const int ViewBytes = 250_000;

    /// <summary>The words for a picture.</summary>
    public const int AltText = 2_000;

    /// <summary>Rows of a table with its headings.</summary>
    public const int TableRows = 100;

    /// <summary>Columns of a table.</summary>
    public const int TableColumns = 20;

    /// <summary>All cells of a table together.</summary>
    public const int TableText = 10_000;

    /// <summary>Tables in a message; views have none.</summary>
    public const int Tables = 1;

    /// <summary>Charts in a message; views get their words instead.</summary>
    public const int Charts = 2;

    /// <summary>Series of a chart.</summary>
    public const int ChartSeries = 12;

    /// <summary>Categories of a chart.</summary>
    public const int ChartCategories = 20;

    /// <summary>The title of a chart and the words at its axes.</summary>
    public const int ChartTitle = 50;

    /// <summary>A category of a chart, or the name of a series.</summary>
    public const int ChartLabel = 20;
}

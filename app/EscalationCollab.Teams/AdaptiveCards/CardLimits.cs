namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>
/// What Teams takes, in one place. Source: learn.microsoft.com, "Format cards", "Designing Adaptive Cards" and "Update and
/// delete messages", as of 2026-08; what is not documented there is marked.
/// </summary>
internal static class CardLimits
{
    /// <summary>The version of Adaptive Cards that every Teams client shows.</summary>
    public const string Version = "1.5";

    /// <summary>
    /// A message in bytes of UTF-8. Teams refuses beyond about 100 KB counted in UTF-16, and asks to stay below 40 KB.
    /// </summary>
    public const int MessageBytes = 40_000;

    /// <summary>
    /// What is around the card in an activity or an answer: conversation, account, ids. Not documented; seen below 1,500.
    /// </summary>
    public const int EnvelopeBytes = 2_000;

    /// <summary>The line of a notification. Not documented: phones show about 150.</summary>
    public const int Summary = 300;

    /// <summary>The words on a button; longer ones are cut by clients.</summary>
    public const int ButtonText = 60;

    /// <summary>The title of a dialog; longer ones are cut by clients.</summary>
    public const int DialogTitle = 60;

    /// <summary>The words of a choice.</summary>
    public const int ChoiceText = 120;

    /// <summary>The label of an input, a hint or what is wrong with an answer. Not documented; longer ones help nobody.</summary>
    public const int FieldText = 250;

    /// <summary>A web address.</summary>
    public const int Url = 2_000;

    /// <summary>The words for a picture.</summary>
    public const int AltText = 1_000;

    /// <summary>Drawn charts in a card; the others are told in words. Not documented; more fill no phone well.</summary>
    public const int Charts = 2;

    /// <summary>The title of a chart. Not documented.</summary>
    public const int ChartTitle = 60;

    /// <summary>The name of a series of a chart. Not documented.</summary>
    public const int ChartName = 30;

    /// <summary>A label below the axis of a chart. Not documented.</summary>
    public const int ChartLabel = 20;

    /// <summary>People who may get a view of their own (<c>refresh.userIds</c>).</summary>
    public const int Viewers = 60;

    /// <summary>Choices that travel with a dialog; more are asked for while somebody types.</summary>
    public const int Choices = 100;
}

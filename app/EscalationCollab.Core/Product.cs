using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core;

/// <summary>Everything the product can do: the slices, one line each. Start here to find out what there is.</summary>
public static class Product
{
    /// <summary>All slices. Two that claim the same route are refused here.</summary>
    public static Slices Slices(Tools tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        var slices = new Slices();
        Help.Register(slices);
        Declare.Register(slices);
        OpenWarRoom.Register(slices);
        EscalationCard.Register(slices);
        return slices;
    }
}

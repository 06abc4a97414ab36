//! The state by day as a picture: one bar a day, broken statements at its foot, then what can't be
//! told, then what is kept. The same numbers stand in a table beside it.

use kept_engine::audit::history::AuditDay;
use kept_engine::report::audit::Totals;

use crate::audit::tell::Teller;
use crate::notice::html::Writer;

const WIDTH: usize = 720;
const HEIGHT: usize = 180;
/// Room for the numbers at the left and the days at the foot.
const LEFT: usize = 40;
const FOOT: usize = 24;

/// The most days that are drawn: the newest.
const DAYS_MAX: usize = 120;

/// Draws the days.
pub(super) fn draw(page: &mut Writer, teller: &Teller<'_>, days: &[AuditDay]) {
    let days = days.get(days.len().saturating_sub(DAYS_MAX)..).unwrap_or(days);
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return };
    let most = days.iter().map(|day| counts(&day.totals).iter().sum::<usize>()).max().unwrap_or(1).max(1);
    let size = format!("0 0 {WIDTH} {HEIGHT}");
    let frame = [("viewBox", size.as_str()), ("role", "img"), ("aria-labelledby", "graph-title graph-text")];
    page.within("svg", &frame, |page| {
        page.leaf("title", &[("id", "graph-title")], "Statements by verdict, day by day");
        let said = format!(
            "From {} to {}: broken statements went from {} to {}.",
            teller.date(first.on),
            teller.date(last.on),
            first.totals.broken,
            last.totals.broken
        );
        page.leaf("desc", &[("id", "graph-text")], &said);
        scale(page, most);
        let room = (WIDTH - LEFT) / days.len().max(1);
        let (step, width) = (room.clamp(2, 48), room.clamp(2, 48).saturating_sub(1).max(1));
        for (place, day) in days.iter().enumerate() {
            bar(page, (LEFT + place * step, width), &day.totals, most);
        }
        let end = LEFT + days.len().saturating_sub(1) * step;
        label(page, LEFT, "start", &first.on.to_string());
        if end > LEFT + 160 {
            label(page, end + width, "end", &last.on.to_string());
        }
    });
}

/// The counts in the order in which they are drawn: what is only stated is left out.
fn counts(totals: &Totals) -> [usize; 3] {
    [totals.broken, totals.cannot_tell, totals.kept]
}

fn bar(page: &mut Writer, (left, width): (usize, usize), totals: &Totals, most: usize) {
    let room = HEIGHT - FOOT - 8;
    let mut below = 0;
    for (count, class) in counts(totals).into_iter().zip(["broken", "open", "kept"]) {
        let height = count * room / most;
        // What is there is seen, however little of the whole it is.
        let height = if count > 0 { height.max(2) } else { 0 };
        below += height;
        if height > 0 {
            let top = (HEIGHT - FOOT).saturating_sub(below).to_string();
            let (left, width, height) = (left.to_string(), width.to_string(), height.to_string());
            let place = [
                ("class", class),
                ("x", left.as_str()),
                ("y", top.as_str()),
                ("width", width.as_str()),
                ("height", height.as_str()),
            ];
            page.within("rect", &place, |_| {});
        }
    }
}

fn scale(page: &mut Writer, most: usize) {
    for (number, y) in [(0, HEIGHT - FOOT), (most, 8)] {
        let (low, high) = (y.to_string(), (y + 4).to_string());
        let (from, to) = (LEFT.to_string(), WIDTH.to_string());
        let line = [("class", "rule"), ("x1", from.as_str()), ("x2", &to), ("y1", &low), ("y2", &low)];
        page.within("line", &line, |_| {});
        let left = (LEFT - 6).to_string();
        let text = [("x", left.as_str()), ("y", high.as_str()), ("text-anchor", "end")];
        page.leaf("text", &text, &number.to_string());
    }
}

fn label(page: &mut Writer, at: usize, anchor: &'static str, text: &str) {
    let (x, y) = (at.to_string(), (HEIGHT - 6).to_string());
    page.leaf("text", &[("x", x.as_str()), ("y", y.as_str()), ("text-anchor", anchor)], text);
}

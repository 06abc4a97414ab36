//! Pages and structure written down as a PDF.

use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target as LinkTarget};
use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder, PdfVersion};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::{Page, PageSettings};
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Node, SpanTag};
use krilla::text::TextDirection;
use krilla::{Document as Pdf, SerializeSettings};

use crate::notice::NoticeError;
use crate::notice::document::{Document, Inline, Target};
use crate::notice::pdf::flow::{HEIGHT, Mark, SIDE, WIDTH};
use crate::notice::pdf::font::{Fonts, Ink, Style, Weight};
use crate::notice::pdf::layout::{Bookmark, Layout};

/// The bytes of a laid-out document.
pub(super) fn write(document: &Document, fonts: &Fonts, layout: &Layout<'_>) -> Result<Vec<u8>, NoticeError> {
    let failed = |what: &str| NoticeError::Pdf(what.to_owned());
    let configuration = ConfigurationBuilder::new()
        .with_version(PdfVersion::Pdf17)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| failed("PDF/UA is not at hand"))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut pdf = Pdf::new_with(settings);
    let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| failed("the page has no size"))?;
    let mut leaves: Vec<Vec<Node>> = Vec::new();
    leaves.resize_with(layout.flow.drawn, Vec::new);
    let count = layout.pages().len();
    let title = running_title(fonts, document);
    for (place, marks) in layout.pages().iter().enumerate() {
        let mut page = pdf.start_page_with(size.clone());
        let mut links = Vec::new();
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, fonts, mark, &mut leaves, &mut links);
        }
        footer(&mut surface, fonts, &title, (place + 1, count));
        surface.finish();
        annotate(&mut page, layout, links, &mut leaves);
        page.finish();
    }
    pdf.set_outline(outline(&layout.bookmarks));
    pdf.set_tag_tree(layout.flow.tags.tree(&mut leaves));
    let language = document.language.clone();
    pdf.set_metadata(
        Metadata::new().title(document.title.clone()).language(language).creator("kept".to_owned()),
    );
    pdf.finish().map_err(|error| NoticeError::Pdf(format!("{error:?}").to_lowercase()))
}

/// A link that a mark asks for, with its place in the structure.
struct Wanted {
    place: usize,
    rect: Option<Rect>,
    text: String,
    to: Target,
}

fn draw(
    surface: &mut Surface<'_>,
    fonts: &Fonts,
    mark: &Mark,
    leaves: &mut [Vec<Node>],
    links: &mut Vec<Wanted>,
) {
    match mark {
        Mark::Rule { x, y, width, thick } => {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            rule(surface, Rect::from_xywh(*x, *y, *width, *thick));
            surface.end_tagged();
        }
        Mark::Text { place, x, y, size, bold, ink, text, width, link } => {
            let tag = match place {
                Some(_) => ContentTag::Span(SpanTag::empty()),
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
            };
            let id = surface.start_tagged(tag);
            let weight = if *bold { Weight::Bold } else { Weight::Regular };
            surface.set_fill(Some(fill(*ink)));
            let (at, font) = (Point::from_xy(*x, *y), fonts.font(weight));
            surface.draw_text(at, font, *size, text, false, TextDirection::LeftToRight);
            surface.end_tagged();
            if let Some(leaf) = place.and_then(|place| leaves.get_mut(place)) {
                leaf.push(id.into());
            }
            if let (Some(to), Some(place)) = (link, place) {
                let rect = Rect::from_xywh(*x, y - size, width.max(1.0), size * 1.3);
                links.push(Wanted { place: *place, rect, text: text.clone(), to: to.clone() });
            }
        }
    }
}

fn rule(surface: &mut Surface<'_>, rect: Option<Rect>) {
    let mut path = PathBuilder::new();
    if let Some(rect) = rect {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        let colour = rgb::Color::new(0x99, 0xa1, 0xab);
        surface.set_fill(Some(paint(colour)));
        surface.draw_path(&path);
    }
}

fn fill(ink: Ink) -> Fill {
    paint(match ink {
        Ink::Text => rgb::Color::new(0x1b, 0x1f, 0x24),
        Ink::Soft => rgb::Color::new(0x4a, 0x55, 0x63),
        Ink::Link => rgb::Color::new(0x0b, 0x53, 0x94),
    })
}

fn paint(colour: rgb::Color) -> Fill {
    Fill { paint: colour.into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

/// How the foot of the page looks.
const FOOT: Style = Style { weight: Weight::Regular, size: 8.0, ink: Ink::Soft };

/// As much of the title as stands in one line at the foot of each page.
fn running_title(fonts: &Fonts, document: &Document) -> String {
    let room = WIDTH - 2.0 * SIDE - 80.0;
    let lines = fonts.lines(&[Inline::text(&document.title)], FOOT, room);
    let first: String = lines.first().into_iter().flatten().map(|piece| piece.text.as_str()).collect();
    if lines.len() > 1 { format!("{}…", first.trim_end()) } else { first }
}

/// The title and the number of the page, which those who hear the page need not hear each time.
fn footer(surface: &mut Surface<'_>, fonts: &Fonts, title: &str, (number, count): (usize, usize)) {
    let number = format!("{number} / {count}");
    let at_right = WIDTH - SIDE - fonts.width(&number, FOOT);
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    surface.set_fill(Some(fill(FOOT.ink)));
    for (x, text) in [(SIDE, title), (at_right, number.as_str())] {
        let at = Point::from_xy(x, HEIGHT - 36.0);
        surface.draw_text(at, fonts.font(FOOT.weight), FOOT.size, text, false, TextDirection::LeftToRight);
    }
    surface.end_tagged();
}

fn annotate(page: &mut Page<'_>, layout: &Layout<'_>, links: Vec<Wanted>, leaves: &mut [Vec<Node>]) {
    for link in links {
        let target = match &link.to {
            Target::Anchor(name) => layout.anchors.get(name).map(|(page, y)| {
                LinkTarget::Destination(XyzDestination::new(*page, Point::from_xy(0.0, *y)).into())
            }),
            other => other.href().map(|href| LinkTarget::Action(Action::Link(LinkAction::new(href)))),
        };
        let (Some(target), Some(rect)) = (target, link.rect) else { continue };
        let annotation = Annotation::new_link(LinkAnnotation::new(rect, target), Some(link.text));
        let id = page.add_tagged_annotation(annotation);
        if let Some(leaf) = leaves.get_mut(link.place) {
            leaf.push(id.into());
        }
    }
}

/// Bookmarks: a title, its sections, their parts.
fn outline(bookmarks: &[Bookmark]) -> Outline {
    let mut outline = Outline::new();
    let mut section: Option<OutlineNode> = None;
    for mark in bookmarks {
        let node =
            OutlineNode::new(mark.title.clone(), XyzDestination::new(mark.page, Point::from_xy(0.0, mark.y)));
        match (&mut section, mark.level) {
            (Some(open), 3..) => open.push_child(node),
            _ => {
                if let Some(done) = section.replace(node) {
                    outline.push_child(done);
                }
            }
        }
    }
    if let Some(done) = section {
        outline.push_child(done);
    }
    outline
}

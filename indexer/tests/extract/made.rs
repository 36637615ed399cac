//! Documents made for the tests.

use std::fmt::Write;

/// What is on a page.
pub enum On<'a> {
    /// A line of text, in a font that is not embedded.
    Text(&'a str),
    /// The same, and the document says of its characters that they are private ones.
    Private(&'a str),
    /// A grey picture over all of the page: width, height, points.
    Picture(u32, u32, Vec<u8>),
    /// A picture as above, and a line of text over it, as scanning programs put their name.
    Stamped(u32, u32, Vec<u8>, &'a str),
    /// Nothing.
    Nothing,
}

/// A PDF with such pages, A5.
pub fn pdf(pages: &[On<'_>]) -> Vec<u8> {
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!(
            "<</Type/Pages/Count {}/Kids[{}]>>",
            pages.len(),
            (0..pages.len()).map(|n| format!("{} 0 R ", 3 + 5 * n)).collect::<String>()
        )
        .into_bytes(),
    ];
    for (n, on) in pages.iter().enumerate() {
        let first = 3 + 5 * n;
        let (content, extra, resources) = match on {
            On::Text(text) | On::Private(text) => {
                let map = if matches!(on, On::Private(_)) { private(text) } else { String::new() };
                (line(text), stream("", map.as_bytes()), format!("/Font<</F {} 0 R>>", first + 3))
            }
            On::Picture(width, height, points) => (
                COVER.to_vec(),
                picture(*width, *height, points),
                format!("/XObject<</I {} 0 R>>", first + 2),
            ),
            On::Stamped(width, height, points, text) => {
                let resources = format!("/XObject<</I {} 0 R>>/Font<</F {} 0 R>>", first + 2, first + 3);
                ([COVER, &line(text)].concat(), picture(*width, *height, points), resources)
            }
            On::Nothing => (Vec::new(), b"null".to_vec(), String::new()),
        };
        let unicode = if matches!(on, On::Private(_)) {
            format!("/ToUnicode {} 0 R", first + 2)
        } else {
            String::new()
        };
        objects.push(
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents {} 0 R/Resources<<{resources}>>>>",
                first + 1
            )
            .into_bytes(),
        );
        objects.push(stream("", &content));
        objects.push(extra);
        objects.push(format!("<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H{unicode}/DescendantFonts[{} 0 R]>>", first + 4).into_bytes());
        objects.push(b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000>>".to_vec());
    }
    file(&objects, "")
}

/// A PDF that wants a password which nobody knows.
pub fn locked() -> Vec<u8> {
    let objects =
        [&b"<</Type/Catalog/Pages 2 0 R>>"[..], b"<</Type/Pages/Count 0/Kids[]>>"].map(<[u8]>::to_vec);
    let key = "0123456789abcdef".repeat(4);
    file(&objects, &format!("/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/O<{key}>/U<{key}>/P -4>>"))
}

/// A PDF whose pages are much larger than any paper.
pub fn vast() -> Vec<u8> {
    let pdf = pdf(&[On::Picture(2, 1, vec![0, 127])]);
    let text = String::from_utf8_lossy(&pdf)
        .replace("[0 0 420 595]", "[0 0 14400 14400]")
        .replace("420 0 0 595 0 0 cm", "9000 0 0 9000 0 0 cm");
    text.into_bytes()
}

/// Paints the picture over all of a page.
const COVER: &[u8] = b"q 420 0 0 595 0 0 cm /I Do Q ";

fn line(text: &str) -> Vec<u8> {
    let hex: String = text.encode_utf16().fold(String::new(), |mut hex, unit| {
        let _ = write!(hex, "{unit:04x}");
        hex
    });
    format!("BT /F 20 Tf 30 400 Td <{hex}> Tj ET").into_bytes()
}

fn picture(width: u32, height: u32, points: &[u8]) -> Vec<u8> {
    let dict = "/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8";
    stream(&format!("{dict}/Width {width}/Height {height}"), points)
}

fn stream(dict: &str, bytes: &[u8]) -> Vec<u8> {
    [format!("<<{dict}/Length {}>>stream\n", bytes.len()).as_bytes(), bytes, b"\nendstream"].concat()
}

fn private(text: &str) -> String {
    let mut map =
        "/CIDInit/ProcSet findresource begin begincmap 1 begincodespacerange<0000><ffff>endcodespacerange\n"
            .to_owned();
    let units: Vec<u16> = text.encode_utf16().collect();
    let _ = writeln!(map, "{} beginbfchar", units.len());
    for (n, unit) in units.iter().enumerate() {
        let _ = writeln!(map, "<{unit:04x}><{:04x}>", 0xe100 + n);
    }
    map + "endbfchar endcmap end"
}

fn file(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        pdf.extend(format!("{} 0 obj\n", n + 1).bytes());
        pdf.extend(object);
        pdf.extend(b"\nendobj\n");
    }
    let start = pdf.len();
    pdf.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        pdf.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    pdf.extend(
        format!("trailer<</Size {}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1)
            .bytes(),
    );
    pdf
}

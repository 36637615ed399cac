//! The little XML that a store answers with: elements by their local names, texts, nothing that refers elsewhere.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

/// No answer that is asked for here is nested deeper.
const DEPTH_MAX: usize = 12;

/// An element: its name without a prefix, its text, what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub name: String,
    pub text: String,
    pub children: Vec<Self>,
}

impl Element {
    /// Reads a document; `None` where it is no whole XML, refers to what is defined elsewhere, or is nested too deep.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::from_reader(bytes);
        reader.config_mut().expand_empty_elements = true;
        let mut buffer = Vec::new();
        let (mut open, mut whole): (Vec<Self>, Option<Self>) = (Vec::new(), None);
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).ok()? {
                Event::Start(start) => {
                    if open.len() >= DEPTH_MAX || whole.is_some() {
                        return None;
                    }
                    let name = start.local_name().into_inner().to_owned();
                    open.push(Self { name, ..Self::default() });
                }
                Event::End(_) => {
                    let mut ended = open.pop()?;
                    ended.text = ended.text.trim().to_owned();
                    match open.last_mut() {
                        Some(above) => above.children.push(ended),
                        None => whole = Some(ended),
                    }
                }
                Event::Text(text) => add(&mut open, &text.xml10_content()),
                Event::CData(text) => add(&mut open, &text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let character = character(&reference)?;
                    add(&mut open, character.encode_utf8(&mut [0; 4]));
                }
                Event::DocType(_) => return None,
                Event::Eof => break,
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Empty(_) => {}
            }
        }
        whole.filter(|_| open.is_empty())
    }

    /// The text of the first element of this name in it; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.children.iter().find(|child| child.name == name).map_or("", |child| &child.text)
    }

    /// The first element of this name in it.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(last) = open.last_mut() {
        last.text.push_str(text);
    }
}

/// The character that a reference stands for; those that are defined elsewhere stand for none.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    match reference.resolve_char_ref().ok()? {
        Some(c) => Some(c),
        None => match &**reference {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_by_their_local_names() {
        let read = |text: &str| Element::read(text.as_bytes());
        let versions = read(
            "<?xml version=\"1.0\"?>\n<s3:ListVersionsResult xmlns:s3=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <s3:Version>\n <s3:Key>a&amp;b/&#x5907;&lt;</s3:Key><s3:VersionId> null </s3:VersionId></s3:Version>\
             <s3:DeleteMarker><s3:Key><![CDATA[c]]></s3:Key></s3:DeleteMarker><s3:Prefix/></s3:ListVersionsResult>",
        )
        .unwrap();
        assert_eq!(versions.name, "ListVersionsResult");
        let first = versions.child("Version").unwrap();
        assert_eq!((first.get("Key"), first.get("VersionId"), first.get("Size")), ("a&b/备<", "null", ""));
        assert_eq!(versions.child("DeleteMarker").unwrap().get("Key"), "c");
        assert_eq!(versions.get("Prefix"), "");
    }

    #[test]
    fn what_is_no_whole_xml_is_nothing() {
        let deep = format!("{}{}", "<a>".repeat(13), "</a>".repeat(13));
        for text in [
            "",
            "busy",
            "{\"Code\":1}",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
            "<a>&x;</a>",
            &deep,
        ] {
            assert_eq!(Element::read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Element::read(b"<a/>").unwrap().name, "a");
        assert_eq!(Element::read(b"\xff<a/>"), None);
    }
}

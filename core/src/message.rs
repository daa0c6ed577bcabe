//! What a person reads before approving an operation: a sentence with the operation's own fields.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::iter;

use crate::canonical_json;
use crate::context::MAX_CONTEXT_BYTES;
use crate::cursor::Cursor;
use crate::{Error, ErrorCode};

/// The longest template, in bytes.
pub const MAX_TEMPLATE_BYTES: usize = 1000;

/// A sentence with places for fields of an operation: `Pay {amount} {currency} to {payee.name}`.
///
/// Only what is part of the operation can be shown, and the whole operation is in the digest that the
/// record is bound to: what the user read is what is approved, to the last character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageTemplate {
    /// Of whole pieces.
    text: String,
}

impl MessageTemplate {
    /// Reads a template: 1 to [`MAX_TEMPLATE_BYTES`] bytes without control characters. A field is the
    /// name of a member of the operation in braces, a member of a member with a dot between them;
    /// `{{` and `}}` stand for a brace.
    ///
    /// # Errors
    /// [`ErrorCode::MessageTemplateInvalid`] for anything else.
    pub fn parse(template: &str) -> Result<Self, Error> {
        let is_sound = (1..=MAX_TEMPLATE_BYTES).contains(&template.len())
            && !template.chars().any(char::is_control);
        let mut rest = Cursor::new(template);
        while is_sound && take_piece(&mut rest).is_some() {}
        if is_sound && rest.is_at_end() {
            return Ok(Self { text: template.to_owned() });
        }
        Err(ErrorCode::MessageTemplateInvalid.into())
    }

    /// The names of the fields in the order of the template, with dots between names of members.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.pieces().filter_map(|piece| match piece {
            Piece::Field(path) => Some(path),
            Piece::Text(_) => None,
        })
    }

    /// The sentence for an operation, given as its JSON text.
    ///
    /// A field is shown as it is: a string of 1 to [`MAX_CONTEXT_BYTES`] bytes, or a number, `true` or
    /// `false` in its canonical spelling (RFC 8785 §3.2.2). No string may break the line, be invisible,
    /// or turn the direction of what stands beside it (Unicode TR 36 §2.5): whoever chose the payee's
    /// name must not write the sentence. What is written from right to left stands between U+2068 and
    /// U+2069 (Unicode UAX 9 §2.4.2), so that numbers and words beside it keep their places.
    ///
    /// # Errors
    /// [`ErrorCode::OperationInvalid`] as [`Operation::from_json`](crate::Operation::from_json),
    /// [`ErrorCode::OperationNotDisplayable`] where a field is not there, is `null`, an array or an
    /// object, or holds what is not shown.
    pub fn render(&self, operation: &str) -> Result<String, Error> {
        let operation = canonical_json::from_text(operation)?;
        let mut sentence = String::new();
        for piece in self.pieces() {
            match piece {
                Piece::Text(text) => sentence.push_str(text),
                Piece::Field(path) => {
                    let shown = canonical_json::scalar_at(&operation, path)
                        .filter(|value| is_displayable(value))
                        .ok_or(ErrorCode::OperationNotDisplayable)?;
                    push_isolated(&mut sentence, &shown);
                }
            }
        }
        Ok(sentence)
    }

    fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let mut rest = Cursor::new(&self.text);
        iter::from_fn(move || take_piece(&mut rest))
    }
}

enum Piece<'a> {
    Text(&'a str),
    /// Names of members, with dots between them.
    Field(&'a str),
}

/// Passes a piece; `None` at the end, and where none stands.
fn take_piece<'a>(cursor: &mut Cursor<'a>) -> Option<Piece<'a>> {
    let mut rest = cursor.clone();
    let text = rest.take_while(is_of_text);
    let piece = if !text.is_empty() {
        Piece::Text(text)
    } else if rest.take(b'}').is_some() {
        rest.take(b'}').map(|()| Piece::Text("}"))?
    } else {
        rest.take(b'{')?;
        match rest.take(b'{') {
            Some(()) => Piece::Text("{"),
            None => take_field(&mut rest)?,
        }
    };
    *cursor = rest;
    Some(piece)
}

fn take_field<'a>(cursor: &mut Cursor<'a>) -> Option<Piece<'a>> {
    let path = cursor.take_while(is_of_text);
    cursor.take(b'}')?;
    is_path(path).then_some(Piece::Field(path))
}

const fn is_of_text(byte: u8) -> bool {
    byte != b'{' && byte != b'}'
}

fn is_path(path: &str) -> bool {
    canonical_json::names(path).all(|name| !name.is_empty())
}

fn push_isolated(sentence: &mut String, value: &str) {
    let turns = value.chars().any(is_from_right_to_left);
    sentence.push_str(if turns { "\u{2068}" } else { "" });
    sentence.push_str(value);
    sentence.push_str(if turns { "\u{2069}" } else { "" });
}

/// The blocks whose characters are so unless Unicode says otherwise (UAX 44, `Bidi_Class`), and some
/// between them, to which it makes no difference.
const fn is_from_right_to_left(character: char) -> bool {
    matches!(character,
        '\u{590}'..='\u{8ff}'
        | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{1efff}')
}

fn is_displayable(value: &str) -> bool {
    let in_bounds = (1..=MAX_CONTEXT_BYTES).contains(&value.len());
    in_bounds
        && !value.chars().any(is_hidden)
        && value.chars().any(has_shape)
        && joins_nothing_ascii(value)
}

/// Joiners stand in emoji and in scripts that need them. Between ASCII characters they only hide.
fn joins_nothing_ascii(value: &str) -> bool {
    let mut before = ' ';
    let joins = |before: char, character: char| {
        is_joiner(before) && character.is_ascii() || before.is_ascii() && is_joiner(character)
    };
    let joined = value.chars().any(|character| {
        let joined = joins(before, character);
        before = character;
        joined
    });
    !joined && !is_joiner(before)
}

const fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

fn has_shape(character: char) -> bool {
    !character.is_whitespace()
        && !is_joiner(character)
        && !matches!(character, '\u{fe00}'..='\u{fe0f}')
}

/// Controls, line ends, what has no shape, what nobody has given one, and what turns the direction of
/// writing.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{e000}'..='\u{f8ff}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{ffff}'
                | '\u{13430}'..='\u{1345f}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..
        )
}

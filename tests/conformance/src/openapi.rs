//! An OpenAPI document: its operations, their answers and schemas.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Mutex;

use jsonschema::Validator;
use serde_json::{Value, json};

pub(crate) const JSON: &str = "application/json";

/// A document.
pub(crate) struct OpenApi {
    root: Value,
    validators: Mutex<HashMap<(String, Fields), Validator>>,
}

/// One answer: what came back for a method at a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Answer {
    pub(crate) path: String,
    pub(crate) method: String,
    pub(crate) status: u16,
    pub(crate) code: String,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, method, status, code } = self;
        write!(f, "{} {path}: {status} {code}", method.to_uppercase())
    }
}

/// Whether an object may have fields that its schema does not know.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fields {
    More,
    NoMore,
}

impl OpenApi {
    pub(crate) fn new(root: Value) -> Self {
        Self { root, validators: Mutex::default() }
    }

    /// The path of the document that a path of a request is: itself, or one with a parameter at its
    /// end.
    pub(crate) fn documented(&self, path: &str) -> Option<String> {
        let (before, _) = path.rsplit_once('/')?;
        let candidates = [path.to_owned(), format!("{before}/{{id}}")];
        candidates.into_iter().find(|path| self.root["paths"].get(path).is_some())
    }

    pub(crate) fn answers(&self) -> impl Iterator<Item = Answer> {
        self.operations().flat_map(move |(path, method)| {
            let responses = &self.root["paths"][&path][&method]["responses"];
            let responses = responses.as_object().into_iter().flatten();
            responses.flat_map(move |(status, response)| {
                let mut codes = codes(self.resolve(response));
                if codes.is_empty() {
                    codes.insert(String::new());
                }
                let (path, method) = (path.clone(), method.clone());
                let status = status.parse().expect("the document names each status");
                codes.into_iter().map(move |code| Answer {
                    path: path.clone(),
                    method: method.clone(),
                    status,
                    code,
                })
            })
        })
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = (String, String)> {
        let paths = self.root["paths"].as_object().into_iter().flatten();
        paths.flat_map(|(path, _)| self.methods(path).map(|method| (path.clone(), method)))
    }

    pub(crate) fn methods(&self, path: &str) -> impl Iterator<Item = String> {
        let item = self.root["paths"][path].as_object().into_iter().flatten();
        item.filter(|(_, operation)| operation["responses"].is_object())
            .map(|(method, _)| method.clone())
    }

    /// Holds a value against the schema at a place of the document.
    pub(crate) fn hold_schema(
        &self,
        at: &[&str],
        value: &Value,
        fields: Fields,
    ) -> Result<(), String> {
        let (pointer, _) = self.follow(at).ok_or("there is no schema")?;
        let mut validators = self.validators.lock().expect("no test holds it");
        let validator = validators
            .entry((pointer.clone(), fields))
            .or_insert_with(|| self.validator(&pointer, fields));
        let errors = validator.iter_errors(value);
        let errors: Vec<_> =
            errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
        if errors.is_empty() { Ok(()) } else { Err(errors.join("; ")) }
    }

    /// The whole document is the schema, so that what refers to it finds its target.
    fn validator(&self, pointer: &str, fields: Fields) -> Validator {
        let mut schema = self.root.clone();
        // A fragment of a URI, in which braces have to be encoded.
        let fragment = pointer.replace('{', "%7B").replace('}', "%7D");
        schema["$ref"] = json!(format!("#{fragment}"));
        if fields == Fields::NoMore {
            schema["unevaluatedProperties"] = json!(false);
        }
        jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap_or_else(|cause| panic!("the document has no schema at {pointer}: {cause}"))
    }

    /// The value at a place, and its JSON pointer, through what is referred to.
    pub(crate) fn follow(&self, at: &[&str]) -> Option<(String, &Value)> {
        let mut found = (String::new(), &self.root);
        for name in at {
            let (pointer, value) = found;
            let name_in_pointer = name.replace('~', "~0").replace('/', "~1");
            found = match reference(value) {
                Some(target) => {
                    (format!("{target}/{name_in_pointer}"), self.root.pointer(target)?.get(name)?)
                }
                None => (format!("{pointer}/{name_in_pointer}"), value.get(name)?),
            };
        }
        Some(found)
    }

    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        reference(value).and_then(|target| self.root.pointer(target)).unwrap_or(value)
    }
}

fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()?.strip_prefix('#')
}

/// The codes of a response: those of its examples. None where it is not a problem.
pub(crate) fn codes(response: &Value) -> BTreeSet<String> {
    let examples = response["content"][JSON]["examples"].as_object();
    let codes = examples.into_iter().flatten().map(|(_, example)| &example["value"]["code"]);
    codes.map(|code| code.as_str().unwrap_or_default().to_owned()).collect()
}

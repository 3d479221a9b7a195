//! Discord's document, and the three ways in which it is read.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use jsonschema::{Registry, Validator};
use serde_json::{Map, Value, json};

use crate::amendments::amend_document;

/// The document, as it is committed.
const TEXT: &str = include_str!("../discord.json");

/// The document after its amendments, with the ranges of numbers its formats name.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = serde_json::from_str(TEXT).expect("discord.json is JSON");
    amend_document(&mut document);
    change_objects(&mut document, &bound_numbers);
    document
});

static REGISTRY: LazyLock<Registry<'static>> = LazyLock::new(|| {
    let mut whole = Registry::new();
    for reading in [
        Reading::Answers,
        Reading::Strange,
        Reading::Requests,
        Reading::Parts,
    ] {
        whole = whole
            .add(reading.address(), reading.read_document())
            .expect("the address is one");
    }
    whole
        .prepare()
        .expect("the document refers to nothing outside of itself")
});

/// Schemas that were compiled, by how they are read and where they stand.
type Compiled = HashMap<(Reading, String), Arc<Validator>>;

static COMPILED: LazyLock<parking_lot::Mutex<Compiled>> = LazyLock::new(Default::default);

/// How strictly the document is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// As it stands: what is required is there, and more may be.
    Answers,
    /// As it stands, but for people and their members, of whom nothing is promised but who they are.
    Strange,
    /// A field the document does not know is a mistake: Discord ignores most of them in silence.
    Requests,
    /// Fields may be left out, as the gateway's partial objects do.
    Parts,
}

impl Reading {
    fn address(self) -> &'static str {
        match self {
            Self::Answers => "https://discord.com/answers",
            Self::Strange => "https://discord.com/strange",
            Self::Requests => "https://discord.com/requests",
            Self::Parts => "https://discord.com/parts",
        }
    }

    fn read_document(self) -> Value {
        let mut document = DOCUMENT.clone();
        match self {
            Self::Answers => {}
            Self::Strange => forget_people(&mut document),
            Self::Requests => change_objects(&mut document, &close_object),
            Self::Parts => change_objects(&mut document, &open_required),
        }
        document
    }

    /// The compiled schema at a JSON pointer into the document.
    pub fn schema_at(self, pointer: &str) -> Arc<Validator> {
        let mut compiled = COMPILED.lock();
        let key = (self, pointer.to_owned());
        let compile = || {
            let place = pointer.replace('{', "%7B").replace('}', "%7D");
            let schema = json!({ "$ref": format!("{}#{place}", self.address()) });
            let validator = jsonschema::options()
                .offline()
                .should_validate_formats(true)
                .should_ignore_unknown_formats(true)
                .with_registry(&REGISTRY)
                .build(&schema);
            Arc::new(validator.unwrap_or_else(|error| panic!("{pointer} is no schema: {error}")))
        };
        Arc::clone(compiled.entry(key).or_insert_with(compile))
    }

    /// The compiled schema of a component, such as `MessageResponse`.
    pub fn component(self, name: &str) -> Arc<Validator> {
        self.schema_at(&format!("/components/schemas/{name}"))
    }
}

/// Changes every object of the document, innermost first.
fn change_objects(value: &mut Value, change: &impl Fn(&mut Map<String, Value>)) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|item| change_objects(item, change)),
        Value::Object(map) => {
            map.values_mut().for_each(|item| change_objects(item, change));
            change(map);
        }
        _ => {}
    }
}

/// `int32` is a range; as a mere format it would say nothing.
fn bound_numbers(schema: &mut Map<String, Value>) {
    if schema.get("format").is_some_and(|format| format == "int32") {
        schema.entry("minimum").or_insert(json!(i32::MIN));
        schema.entry("maximum").or_insert(json!(i32::MAX));
    }
}

/// No fields but those that are named. No request is put together by `allOf`, which this would break.
fn close_object(schema: &mut Map<String, Value>) {
    let object = schema
        .get("type")
        .is_some_and(|kind| kind == "object" || kind == &json!(["object", "null"]));
    if object && schema.contains_key("properties") {
        schema.entry("additionalProperties").or_insert(json!(false));
    }
}

/// Only what tells one kind of object from another stays required.
fn open_required(schema: &mut Map<String, Value>) {
    let kinds = schema
        .get("properties")
        .is_some_and(|properties| properties["type"]["enum"].is_array());
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| kinds && name == "type");
    }
}

/// Leaves of people only who they are. Libraries have met each of the rest null, absent, or larger than the document
/// says.
fn forget_people(document: &mut Value) {
    for name in ["UserResponse", "UserPIIResponse", "GuildMemberResponse"] {
        let schema = &mut document["components"]["schemas"][name];
        if let Some(properties) = schema["properties"].as_object_mut() {
            properties.retain(|name, _| ["id", "username", "user", "roles"].contains(&name.as_str()));
        }
        if let Some(required) = schema["required"].as_array_mut() {
            required
                .retain(|name| ["id", "username", "user", "roles"].contains(&name.as_str().unwrap_or("")));
        }
    }
}

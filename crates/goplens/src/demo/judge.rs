//! Whether a definition leads where it should.

use anyhow::Result;
use serde_json::Value;
use url::Url;

use super::client::Answered;
use super::module::Module;
use super::script::Question;

/// What is wrong with the answer to a question; `None` if it is right.
///
/// # Errors
///
/// Where the file that it leads to cannot be read.
pub(super) fn judge(
    question: &Question,
    answer: &Answered,
    module: &Module,
    has_go: bool,
) -> Result<Option<String>> {
    let target = match answer {
        Ok(result) => target(result),
        Err(error) => return Ok(Some(format!("the answer is an error, {error}"))),
    };
    let Some((uri, line)) = target else {
        let wanted = has_go || !question.needs_go;
        return Ok(wanted.then(|| "no place was found".to_owned()));
    };
    let found = module.line(&uri, line)?;
    let right =
        uri.path().ends_with(question.file) && found.trim_start().starts_with(question.line);
    Ok((!right).then(|| {
        format!(
            "leads to {uri} line {} (`{}`), not to `{}` in {}",
            line + 1,
            found.trim(),
            question.line,
            question.file.trim_start_matches('/'),
        )
    }))
}

/// The file and line, from 0, that a definition leads to: `Location`, `Location[]` or
/// `LocationLink[]`.
fn target(result: &Value) -> Option<(Url, usize)> {
    let place = match result {
        Value::Array(places) => places.first()?,
        place => place,
    };
    let uri = place.get("uri").or_else(|| place.get("targetUri"))?;
    let range = place
        .get("range")
        .or_else(|| place.get("targetSelectionRange"))?;
    let line = range["start"]["line"].as_u64()?;
    Some((Url::parse(uri.as_str()?).ok()?, usize::try_from(line).ok()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::script::{EDIT, HOVER, QUESTIONS};
    use super::*;

    fn leads_to(module: &Module, file: &str, line: usize) -> Answered {
        let uri = format!("{}/{file}", module.uri().unwrap());
        let start = json!({ "line": line, "character": 0 });
        Ok(json!([{ "uri": uri, "range": { "start": start } }]))
    }

    #[test]
    fn only_the_declaration_itself_is_right() {
        let module = Module::write().unwrap();
        let promoted = QUESTIONS
            .iter()
            .find(|question| question.at == "item.|Label");
        let judged = |answer: Answered| judge(promoted.unwrap(), &answer, &module, true).unwrap();
        assert_eq!(judged(leads_to(&module, "stock/named.go", 8)), None);
        for (answer, said) in [
            (leads_to(&module, "stock/named.go", 7), "line 8"),
            (leads_to(&module, "stock/stock.go", 8), "stock/stock.go"),
            (Ok(json!([])), "no place"),
            (Err(json!({ "code": 0, "message": "no views" })), "no views"),
        ] {
            let wrong = judged(answer).unwrap();
            assert!(wrong.contains(said), "{wrong}");
        }
    }

    #[test]
    fn the_standard_library_is_wanted_only_where_go_is() {
        let module = Module::write().unwrap();
        let library = QUESTIONS.iter().find(|question| question.needs_go).unwrap();
        let judged = |answer, has_go| judge(library, &answer, &module, has_go).unwrap();
        assert!(judged(Ok(Value::Null), true).is_some());
        assert_eq!(judged(Ok(Value::Null), false), None);
        assert!(judged(leads_to(&module, "list/list.go", 19), false).is_some());
    }

    #[test]
    fn every_question_and_the_edit_have_their_place_in_the_module() {
        let module = Module::write().unwrap();
        for question in &QUESTIONS {
            module.position(question.at).unwrap();
        }
        module.position(HOVER.0).unwrap();
        assert_eq!(module.text.matches(EDIT.0).count(), 1);
    }

    #[test]
    fn a_target_is_read_in_all_three_forms() {
        let range = json!({ "start": { "line": 7, "character": 1 }, "end": {} });
        let location = json!({ "uri": "file:///a.go", "range": range });
        let link = json!({
            "targetUri": "file:///a.go", "targetRange": {}, "targetSelectionRange": range,
        });
        let expected = Some((Url::parse("file:///a.go").unwrap(), 7));
        for result in [json!([location, {}]), json!([link]), location] {
            assert_eq!(target(&result), expected, "{result}");
        }
        for result in [Value::Null, json!([]), json!({}), json!([{ "uri": "x" }])] {
            assert_eq!(target(&result), None, "{result}");
        }
    }
}

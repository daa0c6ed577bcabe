use std::fs;
use std::path::Path;

use super::*;

const CODE: &str = "012345";

fn load(folder: &Path) -> Result<Templates, TemplateError> {
    Templates::load(TextSettings { folder: Some(folder.to_owned()), ..TextSettings::default() })
}

fn built_in(settings: TextSettings) -> Templates {
    Templates::load(settings).unwrap()
}

fn values(minutes: u64) -> Values<'static> {
    Values { code: CODE, minutes, ..Values::default() }
}

fn origin(domain: &str) -> OriginDomain {
    OriginDomain::parse(domain).unwrap()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn every_text_is_in_its_language() {
    let templates = built_in(TextSettings::default());
    let mut texts = Vec::new();
    for locale in ["en", "ja"] {
        for purpose in source::purposes() {
            let values = values(10);
            let Email { subject, text, html, .. } =
                templates.email_in(locale, purpose, &values).unwrap();
            let sms = templates.text_message_in(locale, purpose, &values).unwrap().text;
            for text in [&text, &html, &sms] {
                assert!(text.contains(CODE) && text.contains("10"), "{text}");
            }
            assert!(html.contains(&format!("<html lang=\"{locale}\">")), "{html}");
            assert!(!subject.contains(CODE), "{subject}");
            let japanese = |text: &String| text.contains(|c: char| ('ぁ'..='ん').contains(&c));
            for text in [&subject, &text, &html, &sms] {
                assert_eq!(japanese(text), locale == "ja", "{text}");
            }
            texts.extend([subject, text, html, sms]);
        }
    }
    let all = texts.len();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), all, "two texts are the same");
}

#[test]
fn one_minute_is_singular() {
    let templates = built_in(TextSettings::default());
    let sms = |minutes| {
        let values = values(minutes);
        templates.text_message_in("en", Purpose::BindMfa, &values).unwrap().text
    };
    assert!(sms(1).contains("1 minute."), "{}", sms(1));
    assert!(sms(2).contains("2 minutes."), "{}", sms(2));
}

#[test]
fn the_line_of_the_origin_is_the_last_one() {
    let settings = TextSettings { origin: Some(origin("example.com")), ..TextSettings::default() };
    let templates = built_in(settings);
    for locale in ["en", "ja"] {
        let values = values(10);
        let email = templates.email_in(locale, Purpose::BindMfa, &values).unwrap();
        assert!(email.text.ends_with("\n\n@example.com #012345\n"), "{}", email.text);
        assert!(email.html.contains(">@example.com #012345</p>"), "{}", email.html);
        let sms = templates.text_message_in(locale, Purpose::BindMfa, &values).unwrap();
        assert_eq!(sms.text.lines().last(), Some("@example.com #012345"));
        assert!(sms.text.ends_with("#012345"));
    }
}

#[test]
fn a_subject_has_the_code_only_if_it_may() {
    let values = values(10);
    let templates = built_in(TextSettings { code_in_subject: true, ..TextSettings::default() });
    for locale in ["en", "ja"] {
        for purpose in source::purposes() {
            let subject = templates.email_in(locale, purpose, &values).unwrap().subject;
            assert!(subject.starts_with(CODE), "{subject}");
        }
    }
}

#[test]
fn a_folder_replaces_what_it_has_and_adds_languages() {
    let sms = "ja/BindMfa.sms.txt";
    let folder = folder(&[(sms, "コード {{ code }}\n"), (".git/config", "x")]);
    let values = values(10);
    let templates = load(folder.path()).unwrap();
    let text = |locale| templates.text_message_in(locale, Purpose::BindMfa, &values).unwrap().text;
    assert_eq!(text("ja"), "コード 012345");
    assert!(text("en").starts_with("Your code is 012345"));

    fs::create_dir(folder.path().join("de")).unwrap();
    for name in source::every_name() {
        fs::write(folder.path().join("de").join(name), "Code {{ code | default('') }}").unwrap();
    }
    let templates = load(folder.path()).unwrap();
    let tags: Vec<_> = templates.locales.iter().map(Locale::as_str).collect();
    assert_eq!(tags, ["en", "de", "ja"]);
    let german = templates.email_in("de", Purpose::BindNewIdentifier, &values).unwrap();
    assert_eq!((german.subject.as_str(), german.text.as_str()), ("Code", "Code 012345\n"));
}

#[test]
fn html_is_escaped_and_text_is_not() {
    let folder = folder(&[
        ("en/BindMfa.email.html", "{{ code }} {{ '<b>' }}"),
        ("en/BindMfa.email.txt", "{{ code }} {{ '<b>' }}"),
    ]);
    let values = values(10);
    let email = load(folder.path()).unwrap().email_in("en", Purpose::BindMfa, &values).unwrap();
    assert!(email.html.contains("&lt;b&gt;"), "{}", email.html);
    assert!(email.text.contains("<b>"), "{}", email.text);
}

#[test]
fn what_is_wrong_is_named() {
    let sms = "en/BindMfa.sms.txt";
    let long_japanese = format!("{{{{ code }}}}{}", "あ".repeat(125));
    let rows: &[(&str, &str, &[&str])] = &[
        (sms, "one\ntwo {{ cdoe }}", &["en/BindMfa.sms.txt, line 2", "cdoe", "code, minutes"]),
        (sms, "{{ code }}\n\n{% if minutes %}", &["en/BindMfa.sms.txt, line 3"]),
        (sms, "{{ code | shout }}", &["en/BindMfa.sms.txt, line 1", "shout"]),
        (sms, "{% include 'secrets' %}{{ code }}", &["en/BindMfa.sms.txt, line 1", "secrets"]),
        (sms, "no code", &["en/BindMfa.sms.txt", "{{ code }}"]),
        (sms, &long_japanese, &["en/BindMfa.sms.txt", "3 segments (135 units of UCS-2)"]),
        (sms, "{% if minutes == 60 %}{{ x }}{% endif %}{{ code }}", &["sms.txt, line 1", "x"]),
        ("en/BindMfa.subject.txt", "{{ code }}", &["subject.txt, line 1", "--code-in-subject"]),
        ("en/BindMfa.subject.txt", " \n", &["en/BindMfa.subject.txt", "one line"]),
        ("en/BindMfa.subject.txt", "a\nb", &["en/BindMfa.subject.txt", "one line"]),
        ("layout.html", "<p>\n{{ nothing }}", &["layout.html, line 2", "nothing"]),
        ("layout.html", "<p>", &["email.html (built in)", "{{ code }}"]),
        ("en/BindMfa.txt", "{{ code }}", &["en/BindMfa.txt", "not a template"]),
        ("english/BindMfa.sms.txt", "{{ code }}", &["english", "BindMfa.subject.txt"]),
        ("e/BindMfa.sms.txt", "{{ code }}", &["not a template"]),
        ("README.md", "", &["README.md", "not a template"]),
    ];
    for (name, text, named) in rows {
        let folder = folder(&[(name, text)]);
        let error =
            load(folder.path()).err().unwrap_or_else(|| panic!("{name} {text}")).to_string();
        for part in *named {
            assert!(error.contains(part), "{name} {text:?}\n{error}");
        }
    }
    assert!(load(Path::new("/nonexistent")).err().unwrap().to_string().contains("/nonexistent"));
}

#[test]
fn the_line_of_the_origin_counts() {
    let domain = format!("{}.example.com", "a".repeat(60));
    let settings = |folder: Option<PathBuf>, origin| TextSettings {
        folder,
        origin,
        ..TextSettings::default()
    };
    let error = Templates::load(settings(None, Some(origin(&domain)))).err().unwrap().to_string();
    assert!(error.contains("ja/") && error.contains("segments"), "{error}");

    let folder = folder(&[("layout.html", "{{ code }}")]);
    let folder = Some(folder.path().to_owned());
    assert!(Templates::load(settings(folder.clone(), None)).is_ok());
    let error =
        Templates::load(settings(folder, Some(origin("example.com")))).err().unwrap().to_string();
    assert!(error.contains("origin_line"), "{error}");
}

const TRANSFER: &str = "Transfer 120.00 EUR to Ana & Bo";

#[test]
fn what_is_approved_and_the_way_out_are_in_every_message() {
    let templates = built_in(TextSettings::default());
    templates.check_operations().unwrap();
    let url = "https://account.example.com/not-me#sekisho_x1_abc".to_owned();
    let time = "2026-08-31 12:00 UTC".to_owned();
    let shown = Values { operation: TRANSFER, time, not_me_url: url.clone(), ..values(10) };
    for locale in ["en", "ja"] {
        let purpose = Purpose::UserPermissionValidation;
        let email = templates.email_in(locale, purpose, &shown).unwrap();
        let sms = templates.text_message_in(locale, purpose, &shown).unwrap().text;
        let html = TRANSFER.replace('&', "&amp;");
        for (text, sentence) in [(&email.text, TRANSFER), (&email.html, &html), (&sms, TRANSFER)] {
            assert!(text.contains(sentence), "{text}");
        }
        for text in [&email.text, &email.html] {
            assert!(text.contains("2026-08-31 12:00 UTC"), "{text}");
        }
        assert!(Size::of(&sms).segments <= 2, "{sms}");
        for purpose in source::purposes() {
            let email = templates.email_in(locale, purpose, &shown).unwrap();
            assert!(email.text.contains(&url), "{}", email.text);
            assert!(email.html.contains(&url.replace('/', "&#x2f;")), "{}", email.html);
        }
    }
}

#[test]
fn a_template_that_hides_what_is_approved_is_named() {
    let folder = folder(&[("ja/UserPermissionValidation.sms.txt", "コード {{ code }}")]);
    let error = load(folder.path()).unwrap().check_operations().unwrap_err().to_string();
    assert!(error.contains("ja/UserPermissionValidation.sms.txt"), "{error}");
    assert!(error.contains("{{ operation }}"), "{error}");
}

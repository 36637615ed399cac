//! How questions are put together and signed, and which refusals are answers.

use super::*;
use crate::access::{Addressing, Credentials, Patience};
use std::sync::Arc;

#[test]
fn an_address_is_spelt_as_it_is_signed() {
    let check = |key: Option<&str>, query: &[(&str, String)], expected: &str| {
        assert_eq!(uri("http://h/b", key, query), expected);
    };
    check(None, &[("versioning", String::new())], "http://h/b?versioning");
    check(Some("ra/a b+c"), &[], "http://h/b/ra/a%20b%2Bc");
    check(Some("备/x~.-_"), &[], "http://h/b/%E5%A4%87/x~.-_");
    let version = ("versionId", "a/b+c=&d".to_owned());
    check(
        Some("x"),
        &[("retention", String::new()), version],
        "http://h/b/x?retention&versionId=a%2Fb%2Bc%3D%26d",
    );
}

#[test]
fn a_date_is_read_as_http_writes_it() {
    assert_eq!(http_date("Tue, 15 Nov 1994 08:12:31 GMT"), Some(784_887_151_000));
    assert_eq!(http_date("Thu, 26 Nov 2026 23:59:59 GMT"), Some(1_795_737_599_000));
    for text in ["", "yesterday", "1994-11-15T08:12:31Z"] {
        assert_eq!(http_date(text), None, "{text}");
    }
}

fn asking(token: Option<&str>) -> Asking {
    let access = Access {
        endpoint: Some("http://127.0.0.1:1".into()),
        region: Some("cn-north-1".into()),
        addressing: Addressing::Auto,
        certificates: None,
        credentials: Credentials { id: "AK".into(), secret: "s".into(), token: token.map(str::to_owned) },
        patience: Patience::default(),
    };
    let address = "s3://archive/ra".parse().unwrap();
    Asking::new(&address, &access, Env::of_host(), Arc::new(|| false)).unwrap()
}

fn signed(asking: &Asking, request: &Request<'_>) -> HttpRequest {
    let mut made = asking.http(request).unwrap();
    AwsAuthorizer::new(&asking.credential, "s3", &asking.region).try_authorize(&mut made, None).unwrap();
    made
}

#[test]
fn what_a_store_goes_by_is_signed() {
    let asking = asking(Some("token"));
    let request = Request::of(Method::PUT, "probe/x")
        .query("retention", "")
        .version(Some("v/1"))
        .header("x-amz-object-lock-mode", "COMPLIANCE")
        .if_free()
        .body(*b"bytes");
    let made = signed(&asking, &request);
    assert_eq!(made.uri().path(), "/archive/ra/probe/x");
    assert_eq!(made.uri().query(), Some("retention&versionId=v%2F1"));
    let authorization = made.headers()["authorization"].to_str().unwrap();
    for name in [
        "host",
        "if-none-match",
        "x-amz-checksum-sha256",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-object-lock-mode",
        "x-amz-sdk-checksum-algorithm",
        "x-amz-security-token",
    ] {
        assert!(authorization.contains(name), "{name}: {authorization}");
    }
    assert!(authorization.contains("/cn-north-1/s3/aws4_request"), "{authorization}");
    // The signature is over the bytes that are sent, whatever the checksum beside them says.
    let wrong = Request::of(Method::PUT, "x").body_with(b"bytes".to_vec(), sha256(b"others"));
    let wrong = signed(&asking, &wrong);
    assert_eq!(wrong.headers()["x-amz-content-sha256"], made.headers()["x-amz-content-sha256"]);
    assert_ne!(wrong.headers()["x-amz-checksum-sha256"], made.headers()["x-amz-checksum-sha256"]);
}

#[test]
fn an_empty_body_says_so() {
    let asking = asking(None);
    let made = signed(&asking, &Request::of(Method::POST, "x").query("uploads", ""));
    assert_eq!(made.headers()["content-length"], "0");
    assert!(
        !signed(&asking, &Request::of_bucket().query("versioning", ""))
            .headers()
            .contains_key("content-length")
    );
    assert!(Request::of(Method::POST, "x").if_free().headers.is_empty(), "it is added behind the signature");
}

#[test]
fn a_refusal_is_an_answer_and_what_is_wrong_with_every_question_is_not() {
    let check = |status: u16, code: &str, let_in: bool, expected: bool| {
        let said = Said { status, code: code.into(), ..Said::default() };
        let object = Request::of(Method::PUT, "x");
        assert_eq!(is_answer(&said, &object, let_in), expected, "{status} {code} {let_in}");
    };
    for let_in in [false, true] {
        check(403, "AccessDenied", let_in, true);
        check(400, "BadDigest", let_in, true);
        check(412, "PreconditionFailed", let_in, true);
        check(404, "NoSuchKey", let_in, true);
        check(501, "NotImplemented", let_in, true);
        check(404, "NoSuchBucket", let_in, false);
        check(403, "InvalidAccessKeyId", let_in, false);
        check(400, "ExpiredToken", let_in, false);
        check(403, "RequestTimeTooSkewed", let_in, false);
        check(507, "", let_in, false);
    }
    // A store that signs some questions otherwise has let in who asks all the same.
    check(403, "SignatureDoesNotMatch", false, false);
    check(403, "SignatureDoesNotMatch", true, true);
    let busy = |status, code: &str| is_busy(&Said { status, code: code.into(), ..Said::default() });
    assert!(busy(503, "SlowDown") && busy(409, "OperationAborted") && !busy(409, "InvalidBucketState"));
    assert!(!busy(501, "NotImplemented") && !busy(400, "BadDigest"));
    // So a store may say at the end of an upload, after it has begun to answer that all went well.
    assert!(busy(200, "InternalError") && busy(200, "SlowDown") && !busy(200, "InvalidPart"));
}

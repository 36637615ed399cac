//! A prefix in a bucket, for who may remove something there: every version listed, each removed by its id.

use crate::access::Access;
use crate::address::Address;
use crate::lock;
use crate::request::{Answer, Asking, Request};
use crate::said::Said;
use crate::store::Interrupted;
use crate::xml::Element;
use http::Method;
use jingui_vault::copies::{Lock, Remover, Trace, Version};
use jingui_vault::env::Env;
use jingui_vault::{Error, Result};
use std::sync::Arc;

/// Pages of a listing at most: a store that gives the same page for ever is left.
const PAGES_MAX: usize = 1 << 20;

/// A place for copies in a bucket.
pub struct StoreRemover {
    asking: Asking,
    name: String,
    /// What stands before every name, with its slash.
    prefix: String,
}

/// Where a listing goes on: words of the query, and their values.
type Marker = Vec<(&'static str, String)>;

impl StoreRemover {
    /// Asks nothing yet.
    ///
    /// - `interrupted`: asked often, from several threads, whether to end.
    /// - Errors: what was given makes no store.
    pub fn new(
        address: &Address,
        access: &Access,
        env: Env,
        interrupted: Arc<dyn Fn() -> bool + Send + Sync>,
    ) -> Result<Self> {
        let asking = Asking::new(address, access, env, interrupted as Interrupted)?;
        let prefix = match address.prefix() {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        Ok(Self { asking, name: address.to_string(), prefix })
    }

    /// Asks for something of the bucket or of a name.
    fn ask(&self, request: &Request<'_>, name: &str) -> Result<std::result::Result<Answer, Said>> {
        self.asking.ask(request).map_err(|trouble| self.asking.store.error(trouble, name))
    }

    /// The name below the place; `None` for what is not below it, whatever a store lists.
    fn below(&self, key: &str) -> Option<String> {
        key.strip_prefix(&*self.prefix).filter(|name| !name.is_empty()).map(str::to_owned)
    }

    /// One listing, page by page; `None` where the store does not know it.
    fn listed(
        &self,
        of: &'static str,
        document: &str,
        next: [(&'static str, &str); 2],
        each: &mut dyn FnMut(&Element),
    ) -> Result<Option<()>> {
        let mut marker = Marker::new();
        for _ in 0..PAGES_MAX {
            let mut request = Request::of_bucket().query(of, "").query("prefix", &*self.prefix);
            for (word, value) in marker.drain(..) {
                request = request.query(word, value);
            }
            let page = match self.ask(&request, "")? {
                Ok(answer) => answer.xml_of(document),
                Err(said) if [400, 404, 405, 501].contains(&said.status) => None,
                Err(said) => return Err(lock::refusal(&self.asking, "", &said)),
            };
            let Some(page) = page else { return Ok(None) };
            page.children.iter().for_each(&mut *each);
            if !page.get("IsTruncated").eq_ignore_ascii_case("true") {
                return Ok(Some(()));
            }
            marker = next.iter().map(|(word, name)| (*word, page.get(name).to_owned())).collect();
            marker.retain(|(_, value)| !value.is_empty());
            if marker.is_empty() {
                break;
            }
        }
        // A listing that was not seen to its end says nothing of what is left.
        Ok(None)
    }
}

impl Remover for StoreRemover {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn versions(&self) -> Result<Vec<Version>> {
        let mut all = Vec::new();
        let next = [("key-marker", "NextKeyMarker"), ("version-id-marker", "NextVersionIdMarker")];
        let listed = self.listed("versions", "ListVersionsResult", next, &mut |child| {
            let trace = match &*child.name {
                "Version" => Trace::Version,
                "DeleteMarker" => Trace::Marker,
                _ => return,
            };
            let id = Some(child.get("VersionId").to_owned()).filter(|id| !id.is_empty());
            all.extend(self.below(child.get("Key")).map(|name| Version { name, trace, id }));
        })?;
        if listed.is_none() {
            let (store, why) = (self.name.clone(), "it does not list versions to the end".into());
            return Err(Error::StoreRefused { store, key: self.prefix.clone(), why });
        }
        // Some stores do not tell of uploads; what was never ended is under no name.
        let next = [("key-marker", "NextKeyMarker"), ("upload-id-marker", "NextUploadIdMarker")];
        self.listed("uploads", "ListMultipartUploadsResult", next, &mut |child| {
            if child.name == "Upload"
                && let Some(name) = self.below(child.get("Key"))
            {
                let id = Some(child.get("UploadId").to_owned());
                all.push(Version { name, trace: Trace::Upload, id });
            }
        })?;
        Ok(all)
    }

    fn read(&self, version: &Version, most: u64) -> Result<Vec<u8>> {
        let name = &version.name;
        match self.ask(&Request::of(Method::GET, name).version(version.id.as_deref()), name)? {
            Ok(answer) if answer.body.len() as u64 <= most => Ok(answer.body),
            Ok(_) => {
                Err(Error::CopyDamaged { path: name.clone(), why: "it is larger than it can be".into() })
            }
            Err(said) => Err(lock::refusal(&self.asking, name, &said)),
        }
    }

    fn remove(&self, version: &Version) -> Result<Option<String>> {
        let request = Request::of(Method::DELETE, &version.name);
        let request = match (version.trace, &version.id) {
            (Trace::Upload, Some(id)) => request.query("uploadId", &**id),
            (_, id) => request.version(id.as_deref()),
        };
        match self.ask(&request, &version.name)? {
            Ok(_) => Ok(None),
            Err(said) if said.status == 404 => Ok(None),
            Err(said) => Ok(Some(said.to_string())),
        }
    }

    fn lock(&self, version: &Version) -> Result<Lock> {
        let found = lock::look(&self.asking, &version.name, version.id.as_deref());
        // Where nobody may see it, it is not known; that keeps nothing else from being told.
        match found {
            Ok(found) => Ok(found.map(|(lock, _)| lock).unwrap_or_default()),
            Err(Error::StoreDenied { .. } | Error::StoreRefused { .. }) => Ok(Lock::default()),
            Err(error) => Err(error),
        }
    }

    fn is_far(&self) -> bool {
        true
    }
}

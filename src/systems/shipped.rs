//! A task as a text that makes it again in another process, on any machine with this version.

use crate::error::{Error, Result};
use crate::system::model::Model;
use crate::system::task::Task;
use crate::system::task::recipe::Recipe;
use crate::systems::find_with;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum System {
    /// A built-in one, by its name and contact model.
    BuiltIn {
        name: String,
        contact: Option<String>,
    },
    /// The text of a system file.
    File(String),
}

#[derive(Serialize, Deserialize)]
struct Shipped {
    system: System,
    recipe: Recipe,
}

impl Task {
    /// As a text for [`Task::of_shipped`]: a built-in system by its name, another one with its whole system file. It names no path,
    /// so that it needs no common disk.
    ///
    /// # Errors
    /// If the system is too large for a system file.
    pub fn shipped(&self) -> Result<String> {
        let shipped = Shipped {
            system: system(self.system())?,
            recipe: self.recipe(),
        };
        serde_json::to_string(&shipped)
            .map_err(|error| Error::invalid("the task", error.to_string(), "plain data"))
    }

    /// The task of [`Task::shipped`], whose results have the same bits.
    ///
    /// # Errors
    /// If the text is no such text, or of a system that this version does not have.
    pub fn of_shipped(text: &str) -> Result<Self> {
        let expected = "what `shipped` of the same version wrote";
        let shipped: Shipped = serde_json::from_str(text)
            .map_err(|error| Error::invalid("the text of a task", error.to_string(), expected))?;
        let system = match shipped.system {
            System::BuiltIn { name, contact } => find_with(&name, contact.as_deref())?,
            System::File(text) => Arc::new(Model::from_json(&text, "the task")?),
        };
        shipped.recipe.task(system)
    }
}

/// A system from a file may have the name of a built-in one.
fn system(model: &Model) -> Result<System> {
    let about = model.about();
    let contact = about.contact.as_deref();
    if model.file().is_none()
        && let Ok(known) = find_with(&about.name, contact)
        && known.digest()? == model.digest()?
    {
        return Ok(System::BuiltIn {
            name: about.name.to_string(),
            contact: contact.map(String::from),
        });
    }
    Ok(System::File(model.to_json()?))
}

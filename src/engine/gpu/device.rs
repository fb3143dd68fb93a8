//! An opened adapter: buffers, transfers, and every failure of the driver as a typed error.
//!
//! wgpu reports most failures after the call that caused them, through callbacks. They are kept in
//! [`Faults`] and come back from the next operation: out of memory (use smaller chunks), device lost (open
//! the device again; it stays lost) and anything else (a fault of the program) are told apart.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::adapter::{AdapterChoice, AdapterReport, choose, limits_to_request};
use crate::error::{Error, Result};

/// What the callbacks of wgpu have reported and nobody has been told yet.
#[derive(Default)]
struct Faults {
    /// Why the device is lost; stays, because nothing brings a device back.
    lost: Option<String>,
    /// Errors outside of any scope, oldest first.
    uncaptured: Vec<wgpu::Error>,
}

/// A failure that a test asks for: see [`Device::inject`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The next allocations run out of memory.
    OutOfMemory,
    /// The next submissions find the device lost.
    DeviceLost,
}

/// Faults still to come, after so many calls that go well.
#[derive(Clone, Copy, Debug)]
struct Injected {
    fault: Fault,
    after: u64,
    times: u64,
}

/// A device of one adapter, with its queue.
pub struct Device {
    device: wgpu::Device,
    queue: wgpu::Queue,
    report: AdapterReport,
    limits: wgpu::Limits,
    faults: Arc<Mutex<Faults>>,
    injected: Mutex<Option<Injected>>,
    /// The buffer of the last download, kept for the next one.
    staging: Mutex<Option<wgpu::Buffer>>,
}

impl Device {
    /// Opens the adapter that `choice` stands for.
    ///
    /// Sizes and counts of buffers and dispatches go up to what the adapter has; the size of workgroups and
    /// of their memory stays at the WebGPU defaults, so that a kernel that runs here runs everywhere.
    pub fn open(choice: &AdapterChoice) -> Result<Device> {
        let (adapter, report) = choose(choice)?;
        let limits = limits_to_request(&adapter.limits());
        let (device, queue) = pollster::block_on(adapter.request_device(&wgpu::DeviceDescriptor {
            label: Some("mollify"),
            required_features: adapter.features() & wgpu::Features::TIMESTAMP_QUERY,
            required_limits: limits.clone(),
            // Few large buffers that stay: blocks that the driver keeps beyond them would only break the memory budget.
            memory_hints: wgpu::MemoryHints::MemoryUsage,
            ..Default::default()
        }))
        .map_err(|error| Error::Adapter {
            adapter: report.name.clone(),
            message: error.to_string(),
        })?;

        let faults = Arc::new(Mutex::new(Faults::default()));
        let uncaptured = faults.clone();
        device.on_uncaptured_error(Arc::new(move |error| {
            locked(&uncaptured).uncaptured.push(error);
        }));
        let lost = faults.clone();
        device.set_device_lost_callback(move |reason, message| {
            let message = match message.is_empty() {
                true => format!("{reason:?}"),
                false => message,
            };
            locked(&lost).lost.get_or_insert(message);
        });
        Ok(Device {
            device,
            queue,
            report,
            limits,
            faults,
            injected: Mutex::default(),
            staging: Mutex::default(),
        })
    }

    /// Makes the calls that `fault` concerns fail `times` times, after `after` of them have gone well: for tests of what is
    /// done about it. A lost device is really destroyed.
    pub fn inject(&self, fault: Fault, after: u64, times: u64) {
        *locked(&self.injected) = Some(Injected {
            fault,
            after,
            times,
        });
    }

    /// Whether a fault is due at this call.
    fn fails(&self, fault: Fault) -> bool {
        let mut injected = locked(&self.injected);
        let Some(due) = injected.as_mut().filter(|i| i.fault == fault) else {
            return false;
        };
        if due.after > 0 {
            due.after -= 1;
            return false;
        }
        let fails = due.times > 0;
        due.times = due.times.saturating_sub(1);
        fails
    }

    /// The adapter this is a device of.
    pub fn report(&self) -> &AdapterReport {
        &self.report
    }

    /// The limits in force, which may be lower than those of the adapter.
    pub fn limits(&self) -> &wgpu::Limits {
        &self.limits
    }

    /// The wgpu device, for what has no method here.
    pub fn raw(&self) -> &wgpu::Device {
        &self.device
    }

    /// The wgpu queue, for what has no method here.
    pub fn queue(&self) -> &wgpu::Queue {
        &self.queue
    }

    /// The oldest failure that nobody has been told yet; forgets the later ones, which follow from it.
    ///
    /// A lost device is reported by every call, all else once.
    pub fn check(&self) -> Result<()> {
        let mut faults = locked(&self.faults);
        let oldest = std::mem::take(&mut faults.uncaptured).into_iter().next();
        if let Some(message) = &faults.lost {
            return Err(self.lost(message));
        }
        oldest.map_or(Ok(()), |error| Err(self.typed(error, "a queued operation")))
    }

    /// A new storage buffer of zeros: `bytes` rounded up to a multiple of 4, and at least 4.
    ///
    /// It can be bound `read` and `read_write`, uploaded to and downloaded from.
    pub fn storage(&self, label: &str, bytes: u64) -> Result<wgpu::Buffer> {
        let usage = wgpu::BufferUsages::STORAGE
            | wgpu::BufferUsages::COPY_SRC
            | wgpu::BufferUsages::COPY_DST;
        let limit = self.limits.max_storage_buffer_binding_size;
        self.within("max_storage_buffer_binding_size", limit, label, bytes)?;
        self.allocate(label, bytes, usage)
    }

    /// A new uniform buffer of zeros: `bytes` rounded up to a multiple of 4, and at least 4.
    pub fn uniform(&self, label: &str, bytes: u64) -> Result<wgpu::Buffer> {
        let usage = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
        let limit = self.limits.max_uniform_buffer_binding_size;
        self.within("max_uniform_buffer_binding_size", limit, label, bytes)?;
        self.allocate(label, bytes, usage)
    }

    /// A new buffer of zeros of which parts are bound as uniforms: it may be larger than what can be bound at once.
    pub fn uniforms(&self, label: &str, bytes: u64) -> Result<wgpu::Buffer> {
        let usage = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
        self.allocate(label, bytes, usage)
    }

    /// Writes `bytes` to the start of `buffer`, before whatever is submitted next. The length must be a
    /// multiple of 4, as all WGSL types that can be shared with the host are.
    pub fn upload(&self, buffer: &wgpu::Buffer, bytes: &[u8]) -> Result<()> {
        self.scoped("an upload", || self.queue.write_buffer(buffer, 0, bytes))
    }

    /// A new list of commands; give it to [`Device::submit`] or [`Device::submit_and_download`].
    pub fn encoder(&self, label: &str) -> wgpu::CommandEncoder {
        let label = Some(label);
        self.device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor { label })
    }

    /// Starts the work of `encoder` and returns without waiting.
    pub fn submit(&self, encoder: wgpu::CommandEncoder) -> Result<()> {
        if self.fails(Fault::DeviceLost) {
            self.device.destroy();
            locked(&self.faults)
                .lost
                .get_or_insert("injected by a test".into());
        }
        self.scoped("a submission", || {
            self.queue.submit([encoder.finish()]);
        })
    }

    /// Waits until all submitted work is done.
    pub fn wait(&self) -> Result<()> {
        // wgpu 30 panics in `poll`, of all places, when the device is lost while it waits.
        let poll = || self.device.poll(wgpu::PollType::wait_indefinitely());
        let outcome = catch_unwind(AssertUnwindSafe(poll));
        self.check()?;
        match outcome {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.adapter_error(error.to_string())),
            Err(panic) => {
                let message = panic.downcast_ref::<String>().cloned();
                let message = message.unwrap_or_else(|| "waiting failed".into());
                locked(&self.faults).lost = Some(message.clone());
                Err(self.lost(&message))
            }
        }
    }

    /// Copies byte ranges of storage buffers to the host, in one submission; waits for all work before it.
    /// Starts and lengths must be multiples of 4.
    pub fn download(&self, parts: &[(&wgpu::Buffer, Range<u64>)]) -> Result<Vec<Vec<u8>>> {
        self.submit_and_download(self.encoder("download"), parts)
    }

    /// Like [`Device::download`], after the work of `encoder` and in the same submission: one round trip.
    pub fn submit_and_download(
        &self,
        mut encoder: wgpu::CommandEncoder,
        parts: &[(&wgpu::Buffer, Range<u64>)],
    ) -> Result<Vec<Vec<u8>>> {
        let sizes: Vec<u64> = parts
            .iter()
            .map(|(_, range)| range.end.saturating_sub(range.start))
            .collect();
        let total = sizes.iter().sum();
        let staging = self.staging(total)?;
        let mut offset = 0;
        for ((buffer, range), size) in parts.iter().zip(&sizes) {
            encoder.copy_buffer_to_buffer(buffer, range.start, &staging, offset, *size);
            offset += size;
        }
        self.submit(encoder)?;
        let found = self.read_mapped(&staging, &sizes)?;
        staging.unmap();
        *locked(&self.staging) = Some(staging);
        Ok(found)
    }

    /// A buffer to download into: the last one, if it is large enough but not far too large.
    fn staging(&self, bytes: u64) -> Result<wgpu::Buffer> {
        let last = locked(&self.staging).take();
        let serves = |b: &wgpu::Buffer| b.size() >= bytes && b.size() <= 2 * bytes.max(4096);
        if let Some(last) = last.filter(serves) {
            return Ok(last);
        }
        let usage = wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ;
        self.allocate("staging", bytes, usage)
    }

    /// Parts of these sizes, one behind the other.
    fn read_mapped(&self, staging: &wgpu::Buffer, sizes: &[u64]) -> Result<Vec<Vec<u8>>> {
        let bytes = sizes.iter().sum();
        if bytes == 0 {
            self.wait()?;
            return Ok(vec![Vec::new(); sizes.len()]);
        }
        let (answer, mapped) = std::sync::mpsc::channel();
        staging.map_async(wgpu::MapMode::Read, 0..bytes, move |result| {
            // Nobody listens any more only if waiting failed, and that is told already.
            let _ = answer.send(result);
        });
        self.wait()?;
        let failed = |error: String| self.adapter_error(format!("cannot read a buffer: {error}"));
        match mapped.try_recv() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(failed(error.to_string())),
            Err(_) => return Err(failed("it was never mapped".into())),
        }
        let view = staging
            .get_mapped_range(0..bytes)
            .map_err(|e| failed(e.to_string()))?;
        let mut rest: &[u8] = &view;
        let take = |&size: &u64| {
            let (part, after) = rest.split_at(size as usize);
            rest = after;
            part.to_vec()
        };
        Ok(sizes.iter().map(take).collect())
    }

    fn allocate(&self, label: &str, bytes: u64, usage: wgpu::BufferUsages) -> Result<wgpu::Buffer> {
        let limit = self.limits.max_buffer_size;
        self.within("max_buffer_size", limit, label, bytes)?;
        if self.fails(Fault::OutOfMemory) {
            return Err(Error::OutOfMemory {
                adapter: self.report.name.clone(),
                message: format!("allocating {bytes} bytes for '{label}' (injected by a test)"),
            });
        }
        self.scoped(&format!("allocating {bytes} bytes for '{label}'"), || {
            self.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: bytes.max(4).next_multiple_of(4),
                usage,
                mapped_at_creation: false,
            })
        })
    }

    fn within(&self, limit: &'static str, allowed: u64, label: &str, needed: u64) -> Result<()> {
        match needed <= allowed {
            true => Ok(()),
            false => Err(Error::DeviceLimit {
                adapter: self.report.name.clone(),
                what: format!("the buffer '{label}'"),
                limit,
                allowed,
                needed,
            }),
        }
    }

    /// Runs `action` and returns what went wrong in it or before it.
    pub(super) fn scoped<T>(&self, what: &str, action: impl FnOnce() -> T) -> Result<T> {
        let memory = self.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let internal = self.device.push_error_scope(wgpu::ErrorFilter::Internal);
        let validation = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
        let value = action();
        let validation = pollster::block_on(validation.pop());
        let internal = pollster::block_on(internal.pop());
        let memory = pollster::block_on(memory.pop());
        self.check()?;
        match memory.or(internal).or(validation) {
            None => Ok(value),
            Some(error) => Err(self.typed(error, what)),
        }
    }

    fn typed(&self, error: wgpu::Error, what: &str) -> Error {
        match error {
            wgpu::Error::OutOfMemory { .. } => Error::OutOfMemory {
                adapter: self.report.name.clone(),
                message: what.into(),
            },
            wgpu::Error::Validation { description, .. }
            | wgpu::Error::Internal { description, .. } => {
                self.adapter_error(format!("{what}: {description}"))
            }
        }
    }

    fn adapter_error(&self, message: String) -> Error {
        Error::Adapter {
            adapter: self.report.name.clone(),
            message,
        }
    }

    fn lost(&self, message: &str) -> Error {
        Error::DeviceLost {
            adapter: self.report.name.clone(),
            message: message.into(),
        }
    }
}

/// A panic elsewhere cannot leave what is behind these locks half written.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

interface CatalogEntry {
  title: string;
  /** What the user can do, in their words. */
  remedy: string;
  /** Whether the same call may succeed when simply tried again. */
  retry: boolean;
}

const entry = (title: string, remedy: string, retry = false): CatalogEntry => ({ title, remedy, retry });

/** The closed list of what can go wrong. Every code has a title and a remedy; terminal, pages and tests read this one list. */
export const errorCatalog = {
  // Engine and machine
  ENGINE_UNREACHABLE: entry(
    'No container engine answers',
    'Start Docker (or Docker Desktop, or Podman) and check again. If it runs elsewhere, set DOCKER_HOST or choose a Docker context.',
    true,
  ),
  ENGINE_FORBIDDEN: entry(
    'The container engine refuses this user',
    'Add yourself to the docker group (sudo usermod -aG docker $USER), sign out and in again, or use a rootless engine.',
  ),
  ENGINE_TOO_OLD: entry('The container engine is too old', 'Update to Docker Engine 20.10 or newer.'),
  ENGINE_WINDOWS_CONTAINERS: entry(
    'The engine runs Windows containers',
    'Right-click the icon of Docker Desktop and choose “Switch to Linux containers …”.',
  ),
  ENGINE_LOST: entry(
    'The connection to the container engine was lost',
    'The engine was stopped or restarted. Nimdeck connects again by itself and then shows what is still there.',
    true,
  ),
  DOCKER_DISK_LOW: entry(
    'Little space left where the engine keeps its images',
    'Remove images that you no longer need, or move the engine’s storage to a larger disk.',
  ),
  DISK_FULL: entry(
    'The disk is full',
    'Free some space where the engine keeps its images (or where the model cache lies), then try again.',
    true,
  ),
  PLATFORM_UNSUPPORTED: entry(
    'This system cannot run NIMs',
    'Use the engine of a Linux machine that has an NVIDIA GPU: set DOCKER_HOST or choose a Docker context. Hosted models need neither.',
  ),
  NVIDIA_SMI_MISSING: entry(
    'nvidia-smi was not found',
    'Install the NVIDIA driver. On WSL the driver belongs on Windows, not inside the distribution.',
  ),
  DRIVER_NOT_LOADED: entry(
    'The NVIDIA driver is not running',
    'Restart the machine after a driver installation; with Secure Boot, check that the kernel module is signed.',
  ),
  DRIVER_LIBRARY_MISMATCH: entry(
    'The NVIDIA driver was updated but is not loaded yet',
    'Restart the machine so that driver and library have the same version.',
  ),
  DRIVER_TOO_OLD: entry(
    'The NVIDIA driver is too old for this image',
    'Install a newer driver, or choose an older tag of the image.',
  ),
  NO_GPU_FOUND: entry(
    'No NVIDIA GPU was found',
    'Check that the card is seated and powered and that the driver supports it.',
  ),
  GPU_LOST: entry(
    'A GPU stopped answering',
    'Look at the system log for an Xid error, then reset the GPU or restart the machine.',
  ),
  GPU_OUTPUT_UNREADABLE: entry(
    'What nvidia-smi printed could not be read',
    'Run nvidia-smi in a terminal; if its output looks whole, report it with the text.',
  ),
  INVALID_QUERY_FIELD: entry(
    'This nvidia-smi does not know a field that was asked for',
    'Update the NVIDIA driver; what the old one can say is still shown.',
  ),
  NVIDIA_RUNTIME_MISSING: entry(
    'The engine cannot give GPUs to containers',
    'Install the NVIDIA Container Toolkit, run “sudo nvidia-ctk runtime configure --runtime=docker” and restart Docker.',
  ),
  NVIDIA_RUNTIME_UNKNOWN: entry(
    'The engine does not know the nvidia runtime',
    'Run “sudo nvidia-ctk runtime configure --runtime=docker” and restart Docker, or start without a named runtime.',
  ),
  GPU_UNKNOWN: entry(
    'The engine does not know this GPU',
    'Choose one of the GPUs that this machine has now; after a change of MIG slices their ids are new.',
  ),
  CDI_DEVICE_UNKNOWN: entry(
    'The engine does not know this GPU by its CDI name',
    'Make the CDI file again: sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml',
  ),
  CDI_STALE: entry(
    'The CDI file is older than the driver',
    'Make the CDI file again: sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml',
  ),
  GPU_REQUEST_IGNORED: entry(
    'The engine ignored the request for a GPU',
    'Podman’s Docker-compatible API ignores GPU requests; use CDI device names, or Docker.',
  ),
  GPU_NOT_USED: entry('The container runs without using the GPU', 'Check which GPU it was given, and its log.'),
  GPU_HIDDEN_BY_ENV: entry(
    'An environment variable hides GPUs',
    'Unset CUDA_VISIBLE_DEVICES or NVIDIA_VISIBLE_DEVICES where Nimdeck and the engine are started.',
  ),
  NVML_UNKNOWN_ERROR: entry(
    'The driver inside the container stopped answering',
    'Restart the container. If it comes back after a while, switch the engine’s cgroup driver or use CDI.',
    true,
  ),
  NVML_FORBIDDEN: entry(
    'The driver refuses to answer',
    'Inside a container SELinux may be in the way: run it with --security-opt label=disable. Elsewhere look at the rights of /dev/nvidia*.',
  ),
  MIG_CHANGE_PENDING: entry('A change of MIG mode is pending', 'Reset the GPU or restart the machine.'),
  MIG_NO_INSTANCES: entry('MIG is on, but there is no slice', 'Create a GPU instance and a compute instance first.'),
  MIG_BUSY: entry('The MIG slice is in use', 'Stop what runs on it, then try again.', true),
  PORT_IN_USE: entry('The port is taken', 'Choose another port, or leave it empty to get a free one.'),
  NAME_IN_USE: entry('The name is taken', 'Choose another name, or remove the container that has it.'),
  SHM_TOO_SMALL: entry('Too little shared memory', 'Give the container more shared memory (16 GB for several GPUs).'),
  CACHE_NOT_WRITABLE: entry(
    'The model cache cannot be written',
    'Give the container’s user write access to the cache folder, or choose another folder in Settings.',
  ),

  // Keys, registry, catalogue
  NGC_KEY_MISSING: entry('An NGC key is needed', 'Sign in with an NGC key in Settings, then try again.'),
  NGC_KEY_REJECTED: entry(
    'NGC refused the key',
    'Check that the whole key was pasted and that it has not expired or been revoked; make a new one at NGC if in doubt.',
  ),
  NGC_FORBIDDEN: entry(
    'The key may not read this',
    'Check that the key belongs to the right organisation and includes the NGC Catalog service.',
  ),
  NGC_TERMS_NOT_ACCEPTED: entry(
    'The terms of this model are not accepted yet',
    'Open the model’s page at NGC, accept the terms with the account that the key belongs to, then try again.',
  ),
  NGC_PAYMENT_REQUIRED: entry(
    'This image needs an entitlement',
    'The key’s organisation has no NVIDIA AI Enterprise entitlement for it; ask its owner, or choose another image.',
  ),
  NGC_REGION_BLOCKED: entry('Not offered in your region', 'Choose another model.'),
  NGC_UNREACHABLE: entry('NGC cannot be reached', 'Check the network and the proxy settings, then try again.', true),
  NGC_RATE_LIMITED: entry('NGC asks to wait', 'Wait a minute, then try again; signing in raises the limit.', true),
  NGC_REPLY_UNREADABLE: entry(
    'NGC’s answer could not be read',
    'Try again later; if it stays, a proxy may be changing the answers.',
    true,
  ),
  HF_TOKEN_REQUIRED: entry('Hugging Face asks for a token', 'Add a Hugging Face token that may read this model.'),
  IMAGE_NOT_FOUND: entry(
    'The image does not exist, or you may not read it',
    'Check the name. The registry does not tell the two apart: private images need a key that may read them.',
  ),
  TAG_NOT_FOUND: entry('This tag does not exist', 'Choose another tag of the image.'),
  NO_MATCHING_ARCHITECTURE: entry(
    'The image is not made for this processor',
    'Choose a tag that has an image for this machine’s architecture.',
  ),
  PULL_STALLED: entry(
    'The registry stopped sending',
    'Wait, or cancel and pull again; check the network if it happens again.',
    true,
  ),
  PULL_INTERRUPTED: entry('The pull was interrupted', 'Pull again.', true),
  NETWORK_UNREACHABLE: entry(
    'The network cannot be reached',
    'Check the connection, VPN and proxy of the machine that the engine runs on, then try again.',
    true,
  ),
  DNS_FAILED: entry('A host name could not be resolved', 'Check the network and DNS settings, then try again.', true),
  PROXY_PAGE: entry(
    'A proxy answered in place of the server',
    'Sign in at the proxy, or let the engine (for pulls) or this machine (for hosted models) reach the server directly.',
  ),
  MODEL_RETIRED: entry('This model was retired', 'Choose another model.'),

  // NIM start and run
  NIM_NO_PROFILE_FOR_HARDWARE: entry(
    'No profile of this NIM fits this hardware',
    'Choose another model or tag, or a GPU with more memory.',
  ),
  NIM_PROFILE_LOW_MEMORY: entry(
    'Too little free GPU memory for any profile',
    'Stop what uses the GPU, then try again.',
  ),
  NIM_PROFILE_UNKNOWN: entry(
    'This NIM does not know the profile',
    'Use one of its own profile ids, or leave it empty.',
  ),
  NIM_GPU_OUT_OF_MEMORY: entry(
    'The GPU ran out of memory',
    'Shorten the context, choose a smaller precision, or free the GPU.',
  ),
  NIM_KV_CACHE_TOO_SMALL: entry('The context does not fit the memory', 'Set a shorter context length.'),
  NIM_GPU_MEMORY_TAKEN: entry('Something else uses the GPU’s memory', 'Stop it, or choose another GPU.'),
  NIM_DOWNLOAD_FAILED: entry(
    'The model’s files could not be downloaded',
    'Check the network and start it again.',
    true,
  ),
  NIM_ARCHITECTURE_UNSUPPORTED: entry('This model’s architecture is not supported', 'Choose another model or image.'),
  NIM_CONFIG_MISSING: entry('The model folder lacks a file', 'Add the files that the log names, such as config.json.'),
  NIM_ENGINE_DIED: entry('The NIM’s engine died', 'Restart the NIM; read the lines above the end of its log.', true),
  NIM_EXITED: entry('The NIM ended', 'Read the last lines of its log; they say why.'),
  NIM_NOT_READY: entry('The NIM is not ready', 'Wait until it is ready; its log shows how far it is.', true),
  NIM_UNHEALTHY: entry('The NIM stopped answering', 'Restart the NIM; read its log for the cause.', true),
  NIM_PORT_CLASH: entry('A port inside the container is taken', 'Unset the variable that names the port twice.'),
  NIM_KERNEL_UNSUPPORTED: entry('The GPU lacks a function that this profile needs', 'Choose another profile or tag.'),
  NIM_HF_PERMISSION: entry(
    'Hugging Face refuses this model',
    'Accept the model’s terms there and use a token that may read it.',
  ),
  LOG_NOT_READABLE: entry(
    'The log of this container cannot be read',
    'Its log driver keeps nothing that the engine could read back. Set “log-driver” in the engine’s daemon.json to json-file, local or journald, restart the engine, then remove this NIM and run it again: a container keeps the driver that it was made with.',
  ),
  NIM_NVML_QUERY_FAILED: entry('The NIM could not query the GPU', 'Check the driver, also of a virtual GPU.'),
  NIM_CACHE_READ_ONLY: entry('The model cache is read-only', 'Fine when the model is in it; else make it writable.'),

  // Requests
  MODEL_REFUSED: entry('The model refused the request', 'Read its words below and change the request.'),
  MODEL_NOT_SERVED: entry('The NIM does not serve this model', 'Choose one of the models that it lists.'),
  TOOLS_NOT_ENABLED: entry(
    'Tools are not enabled in this NIM',
    'Start it again with a tool-call parser (NIM_PASSTHROUGH_ARGS), or send without tools.',
  ),
  CONTEXT_TOO_LONG: entry('The conversation is longer than the model’s context', 'Start a new one, or shorten it.'),
  CHAT_TOO_LARGE: entry(
    'The chat is too large',
    'Begin a new one, or go on from an earlier message. What is there stays, and can be exported.',
  ),
  STREAM_BROKEN: entry('The answer broke off', 'What had arrived is kept; send again to continue.', true),
  REPLY_UNREADABLE: entry('The NIM’s reply could not be read', 'Try again; if it stays, look at its log.', true),
  KEY_NOT_ENTITLED: entry(
    'The key may not use this',
    'Use another key or model. For NVIDIA’s hosted models a key needs “Public API Endpoints”, chosen when it is made.',
  ),
  QUOTA_EXCEEDED: entry('The quota is used up', 'Wait, or use another key.', true),
  SERVER_UNAVAILABLE: entry(
    'The server cannot answer now',
    'Check that it runs and that its address is right; try again in a moment.',
    true,
  ),

  // Practice mode
  PRACTICE_UNAVAILABLE: entry(
    'Practice mode could not start',
    'What went wrong is in nimdeck.log in the data folder. Close other copies of Nimdeck and try again.',
    true,
  ),
  PRACTICE_NOT_RUNNING: entry(
    'Practice mode is not running',
    'Start it with “nimdeck serve --practice”, or choose it in an open page; then this command works.',
  ),
  PRACTICE_ENDED: entry('The stand-ins of practice mode have ended', 'Reset practice mode: it begins anew.'),
  // General
  BAD_INPUT: entry('Something in the input is not right', 'Correct what is named and try again.'),
  CANCELLED: entry('Cancelled', 'Start it again when you want to.'),
  DISCONNECTED: entry('The connection to Nimdeck was cut', 'It is made again by itself; then try again.', true),
  NOT_FOUND: entry('It is no longer there', 'It may have been removed elsewhere; look at the list again.'),
  CONFLICT: entry('That does not go together with what is there', 'Look at the present state and try again.'),
  STORE_DAMAGED: entry('Saved data was damaged', 'It was set aside under the name shown; a new store was begun.'),
  STORE_NEWER: entry(
    'Saved data is from a newer Nimdeck',
    'It was set aside unchanged under the name shown; update Nimdeck to use it.',
  ),
  STORE_NOT_WRITABLE: entry(
    'Nimdeck cannot write its data folder',
    'Give yourself write access to the folder named below, or free some space there, then start Nimdeck again.',
  ),
  KEY_STORE_UNAVAILABLE: entry(
    'The key store of this machine does not answer',
    'Unlock it and try again, or start Nimdeck with NIMDECK_SECRETS=file to keep keys in a file that only you can read.',
    true,
  ),
  INTERNAL: entry(
    'Something unforeseen happened',
    'Try again; the log of Nimdeck has the details under the number shown.',
    true,
  ),
} satisfies Record<string, CatalogEntry>;

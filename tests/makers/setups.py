"""Settings, caches and logs as image generators write them, with neutral words."""

import json
import sqlite3
from typing import Any

SHA = "ab" * 32


def spelt(value: Any) -> bytes:
    """Return JSON as the tools write it."""
    return json.dumps(value, indent=4).encode()


A1111 = spelt(
    {
        "samples_save": True,
        "samples_format": "png",
        "outdir_samples": "",
        "outdir_txt2img_samples": "D:\\zz-test-0001\\out",
        "outdir_img2img_samples": "outputs/img2img-images",
        "outdir_init_images": "outputs/init-images",
        "enable_pnginfo": True,
        "sd_model_checkpoint": "zz-model.safetensors [0123456789]",
        "sd_checkpoint_hash": SHA,
        "CLIP_stop_at_last_layers": 1,
    }
)
FORGE = A1111.replace(b'"samples_save"', b'"forge_preset": "flux", "samples_save"')
UI_CONFIG = spelt(
    {f"txt2img/{name}/{field}": 1 for name in ("Prompt", "Steps") for field in ("value", "visible")}
    | {"customscript/zz.py/txt2img/Zz/value": 2, "img2img/Prompt/visible": True}
)
A1111_CACHE = spelt(
    {
        "hashes": {
            "checkpoint/zz-model.safetensors": {"mtime": 1.5, "sha256": SHA},
            "lora/zz-lora": {"mtime": 2.5, "sha256": "cd" * 32},
        },
        "hashes-addnet": {"lora/zz-lora": {"mtime": 2.5, "sha256": "ef" * 32}},
    }
)
PARAMS = (
    b"zz-test-0001, zz-test-0002\nNegative prompt: zz-test-0003\n"
    b"Steps: 20, Sampler: Euler a, Schedule type: Automatic, CFG scale: 7, Seed: 4077, "
    b"Size: 512x512, Model hash: 0123456789, Model: zz-model, VAE hash: abcdef0123, VAE: zz.vae, "
    b'Lora hashes: "zz-lora: 0123456789ab, zz-other: ba9876543210", Version: v1.10.1\n'
)
COMFY = spelt(
    {
        "Comfy.InstalledVersion": "1.20.6",
        "Comfy.UseNewMenu": "Top",
        "Comfy.TutorialCompleted": True,
        "Comfy.Workflow.WorkflowTabsPosition": "Topbar",
    }
)
COMFY_PATHS = b"""# a comment: with a colon
comfyui:
    base_path: D:\\zz-test-0001\\models
    is_default: true
    checkpoints: checkpoints/
    clip: clip/
    vae: "vae"
    loras: |
         loras
         more\\loras
    embeddings: embeddings  # here
"""
INVOKE_3 = b"""InvokeAI:
  Web Server:
    host: 127.0.0.1
  Paths:
    autoimport_dir: autoimport
    models_dir: models
    legacy_conf_dir: configs/stable-diffusion
    db_dir: databases
    outdir: /srv/zz-test-0001
  Features:
    nsfw_checker: false
"""
INVOKE_4 = b"""# Internal metadata - do not edit:
schema_version: 4.0.2

# Put user settings here - see https://invoke-ai.github.io/InvokeAI/features/CONFIGURATION/:
outputs_dir: /srv/zz-test-0002
"""
FOOOCUS = spelt(
    {
        "path_checkpoints": ["C:\\zz-test-0001\\checkpoints", "D:\\more"],
        "path_loras": ["C:\\zz-test-0001\\loras"],
        "path_embeddings": "C:\\zz-test-0001\\embeddings",
        "path_vae_approx": "C:\\zz-test-0001\\vae_approx",
        "path_outputs": "C:\\zz-test-0001\\outputs",
        "default_model": "zz-model.safetensors",
        "metadata_created_by": "zz-test-0002",
    }
)
FOOOCUS_TUTORIAL = b'You can modify your "config.txt" using the below keys.\n\n\n' + FOOOCUS
FOOOCUS_CACHE = b"".join(
    json.dumps({path: value}).encode() + b"\n"
    for path, value in (
        ("C:\\zz-test-0001\\zz-model.safetensors", SHA),
        ("/srv/zz-lora.safetensors", "0123456789"),
    )
)
_ROWS = "".join(
    f"<tr><td class='label'>{key}</td><td class='value'>{value}</td></tr>\n"
    for key, value in (
        ("Prompt", "zz-test-0003"),
        ("Base Model", "zz-model.safetensors"),
        ("LoRA 1", "zz-lora.safetensors : 0.5"),
    )
)
_NAMES = ("2024-05-06_07-08-09_1234.png", "2024-05-06_07-09-00_4321.png")
FOOOCUS_LOG = (
    "<!DOCTYPE html><html><head><title>Fooocus Log 2024-05-06</title></head><body>"
    "<p>Fooocus Log 2024-05-06 (private)</p>\n<!--fooocus-log-split-->\n\n"
    + "".join(
        f'<div id="{name.replace(".", "_")}" class="image-container">\n<hr><table><tr>\n'
        f'<td><a href="{name}" target="_blank"><img src=\'{name}\'></img></a>'
        f"<div>{name}</div></td><td><table class='metadata'>{_ROWS}</table></td></tr></table></div>"
        for name in _NAMES
    )
    + "\n<!--fooocus-log-split--></body></html>"
).encode()
SWARM = b"""#Settings related to file paths.
Paths:
\t#Root path for model files.
\tModelRoot: Models
\tSDModelFolder: Stable-Diffusion
\tSDLoraFolder: Lora;/srv/zz-test-0001
\tOutputPath: Output
IsInstalled: true
InstallVersion: 0.9.5.2
"""
EASY_JSON = spelt(
    {
        "render_devices": "auto",
        "update_branch": "main",
        "net": {"listen_port": 9000},
        "ui": {"open_browser_on_start": True},
        "force_save_path": "/srv/zz-test-0001",
    }
)
EASY_YAML = b"""render_devices: auto
update_branch: beta
force_save_path: /srv/zz-test-0001
net:
  listen_port: 9000
ui:
  open_browser_on_start: true
"""
MATRIX = spelt(
    {
        "Version": 1,
        "FirstLaunchSetupComplete": True,
        "InstalledPackages": [
            {"PackageName": "ComfyUI", "LibraryPath": "Packages\\zz-test-0001"},
            {"PackageName": "stable-diffusion-webui", "FullPath": "D:\\zz"},
        ],
        "ActiveInstalledPackage": "zz-test-0002",
        "PreferredUpdateChannel": "Stable",
    }
)
KOHYA = spelt(
    {
        "LoRA_type": "Standard",
        "pretrained_model_name_or_path": "D:/zz-model.safetensors",
        "train_data_dir": "D:/zz-test-0001/img",
        "reg_data_dir": "",
        "output_dir": "D:/zz-test-0001/model",
        "logging_dir": "D:/zz-test-0001/log",
        "output_name": "zz-test-0002",
        "network_dim": 32,
    }
)
KOHYA_TOML = b"""pretrained_model_name_or_path = "D:/zz-model.safetensors"
train_data_dir = "D:/zz-test-0001/img"
output_dir = "D:/zz-test-0001/model"
output_name = "zz-test-0002"
network_dim = 32
network_module = "networks.lora"
max_train_epochs = 10
"""


def database(*tables: str) -> bytes:
    """Return a database with these tables, and nothing in them."""
    with sqlite3.connect(":memory:") as made:
        for table in tables:
            made.execute(f'create table "{table}" (zz text)')
        data = made.serialize()
    made.close()
    return data


INVOKE_DATABASE = database("boards", "board_images", "images", "session_queue", "workflow_library")
DRAW_THINGS = database("tensorhistorynode", "thumbnailhistoryhalfnode", "tensordata")
ALL = {
    "AUTOMATIC1111 family: config.json": A1111,
    "AUTOMATIC1111 family: config.json of Forge": FORGE,
    "AUTOMATIC1111 family: ui-config.json": UI_CONFIG,
    "AUTOMATIC1111 family: cache.json": A1111_CACHE,
    "AUTOMATIC1111 family: generation text": PARAMS,
    "ComfyUI: comfy.settings.json": COMFY,
    "ComfyUI: extra_model_paths.yaml": COMFY_PATHS,
    "InvokeAI: invokeai.yaml": INVOKE_3,
    "InvokeAI: invokeai.yaml of version 4": INVOKE_4,
    "InvokeAI: database": INVOKE_DATABASE,
    "Fooocus: config.txt": FOOOCUS,
    "Fooocus: config.txt with a preface": FOOOCUS_TUTORIAL,
    "Fooocus: hash_cache.txt": FOOOCUS_CACHE,
    "Fooocus: log.html": FOOOCUS_LOG,
    "SwarmUI: Settings.fds": SWARM,
    "Easy Diffusion: config.json": EASY_JSON,
    "Easy Diffusion: config.json as YAML": EASY_YAML,
    "Stability Matrix: settings.json": MATRIX,
    "kohya sd-scripts: training settings": KOHYA,
    "kohya sd-scripts: training settings as TOML": KOHYA_TOML,
    "Draw Things: project database": DRAW_THINGS,
}
"""Tool and file, as a finding names them, perhaps with a word more → its bytes."""

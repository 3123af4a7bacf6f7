"""Tables of the settings that tools write: by which keys they are known, which name folders.

From each tool's source: AUTOMATIC1111 modules/shared_options.py, Fooocus modules/config.py,
InvokeAI app/services/config/config_default.py, SwarmUI src/Core/Settings.cs, Easy Diffusion
ui/easydiffusion/app.py, Stability Matrix Models/Settings/Settings.cs, ComfyUI
extra_model_paths.yaml.example and utils/extra_config.py, kohya-ss/sd-scripts library/train_util.py.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """One settings file of one tool."""

    tool: str
    file: str
    marks: frozenset[str]
    """Keys that it may hold and other programs' settings rarely do."""
    least: int
    """How many of them must stand together."""
    must: frozenset[str]
    """Keys of which one must be there."""
    outputs: frozenset[str]
    models: frozenset[str]
    names: frozenset[str] = frozenset()
    """Keys whose values a person chose as a name."""
    pictures: frozenset[str] = frozenset()
    """Keys that name folders of pictures to train on."""
    version: str = ""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_A1111_OUT = _words(
    "outdir_samples outdir_txt2img_samples outdir_img2img_samples outdir_extras_samples"
    " outdir_grids outdir_txt2img_grids outdir_img2img_grids outdir_save outdir_init_images"
)
_FOOOCUS_PATHS = _words(
    "path_checkpoints path_loras path_embeddings path_vae_approx path_vae path_upscale_models"
    " path_inpaint path_controlnet path_clip_vision path_fooocus_expansion path_outputs"
)
_SWARM_MODELS = _words(
    "ModelRoot SDModelFolder SDLoraFolder SDVAEFolder SDEmbeddingFolder SDControlNetsFolder"
    " SDClipFolder SDClipVisionFolder"
)
_INVOKE_MODELS = _words("models_dir autoimport_dir lora_dir embedding_dir controlnet_dir")

IN_JSON = (
    Known(
        "AUTOMATIC1111 family",
        "config.json",
        _A1111_OUT
        | _words(
            "samples_filename_pattern samples_save samples_format grid_save grid_extended_filename"
            " save_images_add_number enable_pnginfo directories_filename_pattern save_init_img"
            " directories_max_prompt_words sd_model_checkpoint sd_checkpoint_hash sd_vae"
            " CLIP_stop_at_last_layers face_restoration_model code_former_weight ESRGAN_tile"
        ),
        5,
        _A1111_OUT | _words("sd_model_checkpoint sd_checkpoint_hash"),
        _A1111_OUT | _words("temp_dir"),
        _words("sd_model_checkpoint sd_vae ckpt_dir lora_dir embeddings_dir vae_dir diffusers_dir"),
    ),
    Known(
        "Fooocus",
        "config.txt",
        _FOOOCUS_PATHS
        | _words(
            "path_wildcards path_safety_checker path_sam temp_path default_model default_refiner"
            " default_loras default_styles default_performance default_prompt_negative"
        ),
        5,
        _FOOOCUS_PATHS,
        _words("path_outputs temp_path"),
        _FOOOCUS_PATHS - {"path_outputs"} | _words("default_model default_refiner"),
        _words("metadata_created_by"),
    ),
    Known(
        "Stability Matrix",
        "settings.json",
        _words(
            "InstalledPackages ActiveInstalledPackage PreferredUpdateChannel ModelSearchOptions"
            " FirstLaunchSetupComplete InferenceOutputImageFileNameFormat SavedInferenceDimensions"
            " IsPromptCompletionEnabled RemoveFolderLinksOnShutdown ModelDirectoryOverride"
        ),
        4,
        _words("InstalledPackages"),
        frozenset(),
        _words("ModelDirectoryOverride"),
    ),
    Known(
        "Easy Diffusion",
        "config.json",
        _words(
            "render_devices update_branch net ui model vram_usage_level force_save_path models_dir"
        ),
        4,
        _words("render_devices"),
        _words("force_save_path"),
        _words("models_dir"),
    ),
    Known(
        "kohya sd-scripts",
        "training settings",
        _words(
            "pretrained_model_name_or_path train_data_dir reg_data_dir output_dir output_name"
            " logging_dir network_dim network_alpha network_module LoRA_type max_train_epochs"
            " max_train_steps train_batch_size caption_extension save_every_n_epochs dataset_config"
        ),
        6,
        _words("train_data_dir dataset_config"),
        _words("output_dir logging_dir"),
        _words("pretrained_model_name_or_path vae network_weights"),
        _words("output_name"),
        _words("train_data_dir reg_data_dir dataset_config"),
    ),
)
INVOKEAI = Known(
    "InvokeAI",
    "invokeai.yaml",
    _INVOKE_MODELS
    | _words(
        "InvokeAI schema_version outputs_dir outdir db_dir convert_cache_dir legacy_conf_dir"
        " download_cache_dir custom_nodes_dir style_presets_dir log_tokenization patchmatch"
        " max_cache_ram_gb max_cache_vram_gb internet_available nsfw_checker"
    ),
    4,
    _words("InvokeAI schema_version"),
    _words("outputs_dir outdir"),
    _INVOKE_MODELS,
    version="schema_version",
)
IN_LINES = (
    Known(
        "SwarmUI",
        "Settings.fds",
        _SWARM_MODELS
        | _words("OutputPath DataPath WildcardsFolder IsInstalled InstallDate InstallVersion"),
        4,
        _words("ModelRoot SDModelFolder"),
        _words("OutputPath"),
        _SWARM_MODELS,
        version="InstallVersion",
    ),
    INVOKEAI,
    Known(
        "ComfyUI",
        "extra_model_paths.yaml",
        _words(
            "base_path checkpoints configs vae loras upscale_models embeddings hypernetworks"
            " controlnet clip clip_vision diffusion_models text_encoders custom_nodes gligen"
        ),
        5,
        _words("base_path"),
        frozenset(),
        _words("base_path checkpoints loras embeddings diffusion_models"),
    ),
    IN_JSON[3],  # Easy Diffusion moved from JSON to YAML
    IN_JSON[4],  # training settings are handed over as TOML too
)


def knows(known: Known, keys: frozenset[str]) -> bool:
    """Tell whether these keys are those of such a settings file."""
    return len(known.marks & keys) >= known.least and bool(known.must & keys)

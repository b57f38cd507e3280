"""Profiles that programs are compiled with (profile-guided optimization): each is summed up once, for all compilations that it is for."""

def preprocessed(ctx, toolchain, files):
    """Declares the action that sums up a profile.

    Args:
      ctx: the rule's context.
      toolchain: a GannetToolchain.
      files: list of the profile's File; empty if there is none.

    Returns:
      struct(name, file): the profile's own name, what the compiler takes; or None.
    """
    if not files:
        return None
    if len(files) > 1:
        fail("%s: pgoprofile: one file is a profile, not %s" % (ctx.label, ", ".join([f.short_path for f in files])))
    out = ctx.actions.declare_file(ctx.label.name + "_/pgo.preprofile")
    args = ctx.actions.args()
    args.add("-o", out)
    args.add("-i", files[0])
    ctx.actions.run(
        executable = toolchain.preprofile,
        arguments = [args],
        inputs = files,
        outputs = [out],
        mnemonic = "GannetPreprofile",
        progress_message = "Summing up profile %s" % files[0].short_path,
    )
    return struct(name = files[0].basename, file = out)

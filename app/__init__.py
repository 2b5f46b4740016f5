"""The portal: `factory.create_app()` is where to begin reading."""

"""What recording, replaying and loading cost, beside vcrpy, cassetter and no recorder at all."""

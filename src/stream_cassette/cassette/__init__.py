"""What was recorded: values, masking, matching. No files, no clients."""

"""The inner project, for all tests of the plugin's rooms."""

from __future__ import annotations

from tests.support.inner_project import project, provider

__all__ = ["project", "provider"]

"""The sandbox gateway: behaves as Stripe does, keeps its side in tables of its own, and takes nobody's money."""

from payments.sandbox.adapter import SandboxGateway

__all__ = ["SandboxGateway"]

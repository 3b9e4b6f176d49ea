"""The sandbox gateway and bank: they behave as Stripe and as a bank do, and take and pay nobody's money."""

from payments.sandbox.adapter import SandboxGateway
from payments.sandbox.bank import SandboxBank

__all__ = ["SandboxBank", "SandboxGateway"]

"""The steps that bring an older ledger to this app's schema."""

"""Pactwright: typed clients and Lambda services from one OpenAPI document."""

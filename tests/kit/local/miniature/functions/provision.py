"""Called once the miniature's stacks are up."""

from __future__ import annotations

from pactwright.deploy.deployment import Deployment


def provision(deployment: Deployment) -> None:
    """Note in the table of counter that it was provisioned, and for which environment."""
    deployment.client("dynamodb").update_item(
        TableName=deployment.outputs["counter"]["TableName"],
        Key={"pk": {"S": "counter"}, "sk": {"S": "-"}},
        UpdateExpression="SET provisioned = :name",
        ExpressionAttributeValues={":name": {"S": deployment.environment}},
    )

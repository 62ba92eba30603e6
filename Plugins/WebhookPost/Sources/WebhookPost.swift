// WebhookPost

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_events_and_invitations")]

    operations = [
        migrations.AddConstraint(
            model_name="carelink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_at__isnull", True),
                    models.Q(("consent_version__isnull", False), ("consented_at__isnull", False)),
                    _connector="OR",
                ),
                name="carelink_accepted_with_consent",
            ),
        ),
    ]

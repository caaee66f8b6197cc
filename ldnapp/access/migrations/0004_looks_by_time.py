import django.utils.timezone
from django.db import migrations, models

from ldnapp.people.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("access", "0003_accepted_with_consent")]

    operations = [
        migrations.AlterField(
            model_name="accessevent",
            name="page",
            field=models.CharField(
                choices=[("caseload", "your line in their list of patients"), ("course", "your course")],
                max_length=20,
            ),
        ),
        migrations.AlterField(model_name="accessevent", name="subject", field=models.UUIDField()),
        migrations.AlterField(
            model_name="accessevent",
            name="at",
            field=models.DateTimeField(db_index=True, default=django.utils.timezone.now),
        ),
        migrations.AddIndex(
            model_name="accessevent",
            index=models.Index(fields=["subject", "at"], name="look_by_subject_and_time"),
        ),
        AppendOnly(
            "access_accessevent",
            kept={
                "sqlite": "OLD.at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-8 years')",
                "postgresql": "OLD.at > now() - interval '8 years'",
            },
        ),
    ]

"""`manage.py doctor`: which servers are used, whether they answer, what is wrong and how to mend it."""

import dataclasses
import json
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.backstage.doctor import Check, Verdict, examine
from shop.backstage.doctor_environment import database_source, debug, kafka_source, rate_limits, redis_source
from shop.backstage.doctor_kafka import broker, events
from shop.backstage.doctor_postgres import postgres
from shop.backstage.doctor_queue import task_queue
from shop.backstage.doctor_redis import queue_server, redis_server

CHECKS: Final[tuple[Check, ...]] = (
    *(debug, rate_limits, database_source, postgres, redis_source, redis_server, task_queue, queue_server),
    *(kafka_source, broker, events),
)


class Command(BaseCommand):
    help = "Examine the servers that Larder uses. Exits with 1 when something is wrong."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the findings as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examine(checks=CHECKS)
        if options["json"]:
            self.stdout.write(json.dumps([dataclasses.asdict(finding) for finding in findings], indent=2))
        else:
            for finding in findings:
                self.stdout.write(f"{finding.verdict:<6}{finding.check:<20}{finding.detail}")
                if finding.remedy:
                    self.stdout.write(f"{'':26}-> {finding.remedy}")
        wrong = sum(finding.verdict is Verdict.WRONG for finding in findings)
        if wrong:
            raise CommandError(f"{wrong} of {len(findings)} checks found something wrong.")

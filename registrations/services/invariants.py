"""What must be true of the database at any quiet moment."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

CHECKS: dict[str, str] = {
    "a pool's taken seats are its held claims": """
        SELECT p.id, p.taken, count(c.id) FROM programme_seatpool p
        LEFT JOIN registrations_claim c ON c.pool_id = p.id AND c.is_held
        GROUP BY p.id HAVING p.taken <> count(c.id)""",
    "a pool's waiting count is its eligible waiting claims": """
        SELECT p.id, p.waiting, count(c.id) FROM programme_seatpool p
        LEFT JOIN registrations_claim c ON c.pool_id = p.id AND NOT c.is_held AND c.is_eligible
        GROUP BY p.id HAVING p.waiting <> count(c.id)""",
    "no position is beyond the last one given": """
        SELECT c.id FROM registrations_claim c JOIN programme_seatpool p ON p.id = c.pool_id
        WHERE c.position > p.last_position""",
    "the seats that are free are too few for who waits first, alone or as a group": """
        SELECT p.id, p.taken, p.capacity, p.waiting FROM programme_seatpool p
        JOIN programme_edition e ON e.id = p.edition_id
        LEFT JOIN LATERAL (
            SELECT c.group_id FROM registrations_claim c
            WHERE c.pool_id = p.id AND NOT c.is_held AND c.is_eligible ORDER BY c.position LIMIT 1) head ON true
        WHERE p.waiting > 0 AND (p.capacity IS NULL OR p.capacity - p.taken >= greatest(1, (
            SELECT count(*) FROM registrations_claim c
            WHERE c.pool_id = p.id AND NOT c.is_held AND c.group_id = head.group_id)))
          AND e.status = 'published' AND coalesce(e.seats_given_until, e.starts_at) > now()""",
    "nobody stands between those who wait in one group": """
        SELECT c.id, c.group_id FROM registrations_claim c
        JOIN (SELECT pool_id, group_id, min(position) AS first, max(position) AS last FROM registrations_claim
            WHERE NOT is_held AND group_id IS NOT NULL GROUP BY pool_id, group_id) g
          ON g.pool_id = c.pool_id AND c.position > g.first AND c.position < g.last
        WHERE c.group_id IS DISTINCT FROM g.group_id""",
    "those who wait in one group wait for the same seats": """
        SELECT group_id, count(DISTINCT pool_id) FROM registrations_claim
        WHERE NOT is_held AND group_id IS NOT NULL GROUP BY group_id HAVING count(DISTINCT pool_id) > 1""",
    "a living registration has one claim on the seats of its mode and none of the other, a dead one has none": """
        SELECT r.id, r.status, count(p.id) FROM registrations_registration r
        LEFT JOIN registrations_claim c ON c.registration_id = r.id
        LEFT JOIN programme_seatpool p ON p.id = c.pool_id AND p.session_id IS NULL
        GROUP BY r.id
        HAVING CASE WHEN r.status IN ('pending', 'requested', 'confirmed', 'waiting')
            THEN count(p.id) <> 1 OR replace(min(p.mode), 'reserved', 'onsite') <> r.mode ELSE count(c.id) > 0 END""",
    "the claim on the edition's seats decides the status": """
        SELECT r.id, r.status, c.is_held FROM registrations_registration r
        JOIN registrations_claim c ON c.registration_id = r.id
        JOIN programme_seatpool p ON p.id = c.pool_id AND p.session_id IS NULL
        WHERE (r.status = 'confirmed' AND NOT c.is_held)
           OR (r.status = 'waiting' AND (c.is_held OR NOT c.is_eligible))
           OR (r.status = 'requested' AND (c.is_held OR c.is_eligible))""",
    "a claim on a session is eligible exactly when the edition's seat is held": """
        SELECT c.id FROM registrations_claim c
        JOIN programme_seatpool p ON p.id = c.pool_id AND p.session_id IS NOT NULL
        JOIN registrations_claim e ON e.registration_id = c.registration_id
        JOIN programme_seatpool ep ON ep.id = e.pool_id AND ep.session_id IS NULL
        WHERE c.is_eligible <> e.is_held""",
    "an attendee belongs to the edition of the registration": """
        SELECT a.id FROM registrations_attendee a JOIN registrations_registration r ON r.id = a.registration_id
        WHERE a.edition_id <> r.edition_id""",
    "a claim's pool belongs to the edition of the registration": """
        SELECT c.id FROM registrations_claim c JOIN programme_seatpool p ON p.id = c.pool_id
        JOIN registrations_registration r ON r.id = c.registration_id WHERE p.edition_id <> r.edition_id""",
    "an answer is to a question of the registration's edition, and chooses what that question offers": """
        SELECT a.id FROM registrations_answer a
        JOIN registrations_registration r ON r.id = a.registration_id
        JOIN programme_question q ON q.id = a.question_id
        LEFT JOIN programme_questionoption o ON o.id = a.option_id
        WHERE q.edition_id <> r.edition_id OR o.question_id <> q.id""",
    "what people need is what is arranged for": """
        SELECT coalesce(n.id, a.needs_id), coalesce(n.need, a.need) FROM (
            SELECT id, unnest(access::text[] || CASE WHEN diet <> '' THEN ARRAY['diet'] END
                || CASE WHEN note <> '' THEN ARRAY['note'] END) AS need FROM registrations_needs) n
        FULL JOIN registrations_arrangement a ON a.needs_id = n.id AND a.need = n.need
        WHERE n.id IS NULL OR a.id IS NULL""",
    "whoever's needs are kept agrees to it": """
        SELECT n.id, n.registration_id FROM registrations_needs n
        LEFT JOIN LATERAL (
            SELECT c.is_given FROM registrations_consent c WHERE c.registration_id = n.registration_id AND c.kind = 'needs'
            ORDER BY c.decided_at DESC, c.id DESC LIMIT 1) last ON true
        WHERE last.is_given IS NOT TRUE""",
    "whoever has a place was written to": """
        SELECT r.id, r.status FROM registrations_registration r
        JOIN registrations_attendee a ON a.registration_id = r.id
        JOIN programme_edition e ON e.id = r.edition_id AND NOT e.is_sample
        WHERE r.status IN ('pending', 'requested', 'confirmed', 'waiting') AND NOT r.is_walk_in AND NOT EXISTS (
            SELECT 1 FROM outbox_outgoingmail m WHERE m.about = 'registration:' || r.id)""",
    "nobody entered twice without leaving": """
        SELECT s.registration_id, s.session_id FROM (
            SELECT registration_id, session_id, direction, lag(direction) OVER (
                PARTITION BY registration_id, session_id ORDER BY received_at, id) AS before
            FROM registrations_checkin) s
        WHERE s.direction = 'entry' AND s.before = 'entry'""",
    "nobody waits for a reserved seat": """
        SELECT id, waiting, last_position FROM programme_seatpool WHERE mode = 'reserved' AND last_position > 0""",
    "the room holds the seats on site and the reserved ones": """
        SELECT p.id, p.capacity, r.capacity, p.safety_limit FROM programme_seatpool p
        JOIN programme_seatpool r ON r.edition_id = p.edition_id AND r.mode = 'reserved'
        WHERE p.mode = 'onsite' AND coalesce(p.capacity, 0) + r.capacity > p.safety_limit""",
}


@dataclass(frozen=True)
class Finding:
    """One thing that must be true, and the rows where it is not."""

    invariant: str
    rows: tuple[tuple[object, ...], ...]

    @property
    def holds(self) -> bool:
        return not self.rows


def verify(*, at_most: int = 20) -> list[Finding]:
    """Check everything on one snapshot of the database, while it is used; up to ``at_most`` rows each."""
    with transaction.atomic(), connection.cursor() as cursor:
        if len(connection.savepoint_ids) == 0:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return [Finding(invariant, _rows(cursor, query, at_most)) for invariant, query in CHECKS.items()]


def _rows(cursor: CursorWrapper, query: str, at_most: int) -> tuple[tuple[object, ...], ...]:
    cursor.execute(query)
    return tuple(tuple(row) for row in cursor.fetchmany(at_most))

package org.consilium.contract.audit;

import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord.Action;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Entity;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.contract.audit.AuditRecord.Outcome;
import org.consilium.contract.audit.AuditRecord.Peer;

/** The line of a record, both ways. */
final class AuditRecordLine {

    private static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private AuditRecordLine() {}

    static String of(AuditRecord record) {
        CanonicalJson json = new CanonicalJson()
                .whole("seq", record.seq())
                .text("id", record.id().toString())
                .text("stream", record.stream())
                .text("occurred", MILLISECONDS.format(record.occurred()))
                .text("recorded", MILLISECONDS.format(record.recorded()))
                .object("actor", json(record.actor()))
                .text("action", record.action().name())
                .text("code", record.code())
                .object(
                        "outcome",
                        new CanonicalJson()
                                .whole("code", record.outcome().code())
                                .text("text", record.outcome().text()))
                .object(
                        "object",
                        new CanonicalJson()
                                .text("type", record.entity().type())
                                .text("id", record.entity().id())
                                .text("version", record.entity().version())
                                .text("hash", record.entity().hash().map(Sha256::hex)))
                .text("study", record.study().map(StudyId::value))
                .text("site", record.site().map(SiteId::value))
                .text("reason", record.reason())
                .text("correlation", record.correlation().toString());
        record.studySeq().ifPresent(number -> json.whole("studySeq", number));
        record.protocolVersion().ifPresent(number -> json.whole("protocolVersion", number));
        record.round().ifPresent(number -> json.whole("round", number));
        record.peer()
                .ifPresent(peer -> json.object(
                        "peer",
                        new CanonicalJson()
                                .text("event", peer.event().toString())
                                .text("hash", peer.hash().hex())));
        if (!record.details().isEmpty()) {
            CanonicalJson details = new CanonicalJson();
            record.details().forEach(details::text);
            json.object("details", details);
        }
        return json.toString();
    }

    private static CanonicalJson json(Actor actor) {
        return new CanonicalJson()
                .text("subject", actor.subject())
                .text("name", actor.name())
                .text("organisation", actor.organisation())
                .text("role", actor.role())
                .text("kind", actor.kind().name().toLowerCase(Locale.ROOT))
                .text("authentication", actor.authentication())
                .text("address", actor.address());
    }

    static AuditRecord read(String line) {
        AuditRecord record;
        try (JsonReader reader = READERS.createReader(new StringReader(line))) {
            record = read(reader.readObject());
        } catch (RuntimeException e) {
            // Not JsonException alone: missing members, wrong types and values come as others.
            throw new IllegalArgumentException("the line is no audit record: " + e.getMessage(), e);
        }
        if (!record.line().equals(line)) {
            throw new IllegalArgumentException("the line is not the canonical form of its record (RFC 8785)");
        }
        return record;
    }

    private static AuditRecord read(JsonObject json) {
        JsonObject actor = json.getJsonObject("actor");
        JsonObject outcome = json.getJsonObject("outcome");
        JsonObject entity = json.getJsonObject("object");
        Map<String, String> details = new TreeMap<>();
        if (json.containsKey("details")) {
            json.getJsonObject("details").forEach((name, value) -> details.put(name, ((JsonString) value).getString()));
        }
        return new AuditRecord(
                number(json, "seq").orElseThrow(),
                UUID.fromString(json.getString("id")),
                json.getString("stream"),
                Instant.parse(json.getString("occurred")),
                Instant.parse(json.getString("recorded")),
                new Actor(
                        actor.getString("subject"),
                        actor.getString("name"),
                        actor.getString("organisation"),
                        actor.getString("role"),
                        Kind.valueOf(actor.getString("kind").toUpperCase(Locale.ROOT)),
                        actor.getString("authentication"),
                        text(actor, "address")),
                Action.valueOf(json.getString("action")),
                json.getString("code"),
                new Outcome((int) number(outcome, "code").orElseThrow(), outcome.getString("text")),
                new Entity(
                        entity.getString("type"),
                        entity.getString("id"),
                        text(entity, "version"),
                        text(entity, "hash").map(Sha256::new)),
                text(json, "study").map(StudyId::new),
                number(json, "studySeq"),
                small(json, "protocolVersion"),
                small(json, "round"),
                text(json, "site").map(SiteId::new),
                text(json, "reason"),
                UUID.fromString(json.getString("correlation")),
                Optional.ofNullable(json.getJsonObject("peer"))
                        .map(peer ->
                                new Peer(UUID.fromString(peer.getString("event")), new Sha256(peer.getString("hash")))),
                details);
    }

    private static Optional<String> text(JsonObject json, String name) {
        return json.containsKey(name) ? Optional.of(json.getString(name)) : Optional.empty();
    }

    private static OptionalLong number(JsonObject json, String name) {
        JsonNumber number = json.getJsonNumber(name);
        return number == null ? OptionalLong.empty() : OptionalLong.of(number.longValueExact());
    }

    private static OptionalInt small(JsonObject json, String name) {
        OptionalLong number = number(json, name);
        return number.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Math.toIntExact(number.getAsLong()));
    }
}

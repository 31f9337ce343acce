package org.consilium.quickstart.audit;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.Map;

/** A verification as JSON for programs. */
final class ReportJson {

    private ReportJson() {}

    static JsonObject of(Verification shown) {
        Manifest manifest = shown.manifest();
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("bundle", shown.bundle().toString())
                .add("clean", shown.isClean())
                .add("origin", manifest.origin())
                .add("made", manifest.made().toString())
                .add("size", manifest.size())
                .add("root", manifest.root().hex())
                .add("complete", manifest.isComplete());
        manifest.study().ifPresent(study -> json.add("study", study.value()));
        JsonObjectBuilder checked = Json.createObjectBuilder();
        shown.checked().forEach(checked::add);
        json.add("checked", checked);
        shown.owner()
                .ifPresent(key ->
                        json.add("keyFingerprint", key.fingerprint().hex()).add("key", key.text()));
        JsonArrayBuilder findings = Json.createArrayBuilder();
        for (Finding finding : shown.findings()) {
            JsonObjectBuilder one = Json.createObjectBuilder()
                    .add("kind", finding.kind())
                    .add("file", finding.file())
                    .add("text", finding.text());
            finding.seq().ifPresent(seq -> one.add("seq", seq));
            findings.add(one);
        }
        JsonObjectBuilder counts = Json.createObjectBuilder();
        shown.counts().forEach(counts::add);
        JsonObjectBuilder providers = Json.createObjectBuilder();
        for (Map.Entry<String, String> provider : shown.providers().entrySet()) {
            providers.add(provider.getKey(), provider.getValue());
        }
        return json.add("keyIsPinned", shown.isPinned())
                .add("lastWitnessedSize", shown.lastWitnessed())
                .add("witnesses", Json.createArrayBuilder(shown.witnesses()))
                .add("identityProviders", providers)
                .add("timeStampingAuthorities", Json.createArrayBuilder(shown.authorities()))
                .add("notes", Json.createArrayBuilder(shown.notes()))
                .add("findings", findings)
                .add("findingCounts", counts)
                .build();
    }
}

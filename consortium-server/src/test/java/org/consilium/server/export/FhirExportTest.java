package org.consilium.server.export;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import org.consilium.contract.audit.AuditRecord;
import org.hl7.fhir.r5.model.AuditEvent;
import org.hl7.fhir.r5.model.AuditEvent.AuditEventEntityComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FhirExportTest {

    private static final FhirContext FHIR = FhirContext.forR5();

    /** What the validator says of correct resources too: it has no copy of DICOM's terminology, and wants a narrative. */
    private static final List<String> HARMLESS =
            List.of("dom-6", "CodeSystem.content=not-present but contents were not found");

    private static final List<AuditRecord> RECORDS = Records.ofEveryCode();
    private static final List<String> LINES = Records.lines(RecordFormat.FHIR, RECORDS);

    @Test
    void each_record_of_every_code_is_an_audit_event_that_hapi_reads_strictly() {
        assertThat(LINES).hasSameSizeAs(RECORDS);
        IParser parser = parser();
        for (int i = 0; i < LINES.size(); i++) {
            AuditEvent event = parser.parseResource(AuditEvent.class, LINES.get(i));
            AuditRecord entry = RECORDS.get(i);
            assertThat(event.getIdPart()).isEqualTo(entry.id().toString());
            assertThat(event.getCode().getCodingFirstRep().getCode()).isEqualTo(entry.code());
            assertThat(event.getAction().toCode()).isEqualTo(entry.action().name());
            assertThat(event.getRecorded()).isEqualTo(Date.from(entry.recorded()));
            assertThat(event.getOccurredDateTimeType().getValue()).isEqualTo(Date.from(entry.occurred()));
            assertThat(event.getOutcome()
                            .getDetailFirstRep()
                            .getCodingFirstRep()
                            .getCode())
                    .isEqualTo(Integer.toString(entry.outcome().code()));
            assertThat(event.getOutcome().getDetailFirstRep().getText())
                    .isEqualTo(entry.outcome().text());
        }
    }

    @Test
    void no_field_of_a_record_is_lost() {
        AuditRecord entry = RECORDS.get(0);
        AuditEvent event = parser().parseResource(AuditEvent.class, LINES.get(0));

        assertThat(event.getCategoryFirstRep().getCoding())
                .extracting(code -> code.getCode())
                .containsExactly("110114", "110122");
        assertThat(event.getSeverity().toCode()).isEqualTo("informational");
        assertThat(event.getOutcome().getCode().getCode()).isEqualTo("success");
        assertThat(event.getAuthorizationFirstRep().getText())
                .isEqualTo(entry.reason().orElseThrow());
        var agent = event.getAgent().get(0);
        assertThat(agent.getType().getCodingFirstRep().getCode()).isEqualTo("humanuser");
        assertThat(agent.getRoleFirstRep().getText()).isEqualTo("site-node");
        assertThat(agent.getWho().getIdentifier().getValue()).isEqualTo("5f2c-0");
        assertThat(agent.getWho().getDisplay()).isEqualTo(entry.actor().name());
        assertThat(agent.getRequestor()).isTrue();
        assertThat(agent.getNetworkStringType().getValue()).isEqualTo("10.1.2.3");
        assertThat(agent.getPolicy().get(0).getValue()).isEqualTo("urn:consilium:study:nodules:protocol:2");
        assertThat(event.getAgent().get(1).getWho().getDisplay())
                .isEqualTo(entry.actor().organisation());
        assertThat(event.getSource().getObserver().getIdentifier().getValue()).isEqualTo("consortium");
        assertThat(entities(event))
                .containsExactly(
                        "session nodules/3/site-1 13 version=2; sha256="
                                + entry.entity().hash().orElseThrow()
                                + "; detail.examples=120; detail.text=@two\nlines, \"quoted\" \\ ]]>;"
                                + " detail.version=of the detail",
                        "study nodules 20 studySeq=0; protocolVersion=2; round=3",
                        "site site-1 2 ",
                        "peer-record 00000000-0000-0005-0000-000000000000 13 leafHash="
                                + entry.peer().orElseThrow().hash(),
                        "record 00000000-0000-0003-0000-000000000000 13 stream=consortium; seq=0; leafHash="
                                + entry.leafHash() + "; recorded=2026-11-26T10:00:00.007Z;"
                                + " correlation=00000000-0000-0001-0000-000000000000;"
                                + " authentication=OpenID Connect, bearer token; reason="
                                + entry.reason().orElseThrow());
    }

    /** The last line is wrong on purpose: a validator that found nothing anywhere would not be missed otherwise. */
    @Test
    void hl7s_own_definitions_find_nothing_wrong_with_any_code(@TempDir Path folder) throws Exception {
        List<String> lines = new ArrayList<>(LINES);
        lines.add(LINES.get(0).replaceFirst("\"recorded\":\"[^\"]*\",", ""));
        Path file = Files.write(folder.resolve("events.ndjson"), lines);

        ChildJvm.Ended ended =
                ChildJvm.run(List.of("-Xmx1500m", "-XX:TieredStopAtLevel=1"), FhirValidator.class, file.toString());

        assertThat(ended.exit()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("validated " + lines.size());
        assertThat(ended.output().lines())
                .filteredOn(line -> line.matches("(FATAL|ERROR|WARNING) .*"))
                .filteredOn(line -> HARMLESS.stream().noneMatch(line::contains))
                .singleElement(as(STRING))
                .contains("AuditEvent.recorded: minimum required = 1");
    }

    private static List<String> entities(AuditEvent event) {
        return event.getEntity().stream().map(FhirExportTest::entity).toList();
    }

    private static String entity(AuditEventEntityComponent one) {
        return one.getRole().getText() + " "
                + one.getWhat().getIdentifier().getValue() + " "
                + one.getRole().getCodingFirstRep().getCode() + " "
                + one.getDetail().stream()
                        .map(detail -> detail.getType().getText() + "="
                                + detail.getValueStringType().getValue())
                        .collect(Collectors.joining("; "));
    }

    private static IParser parser() {
        return FHIR.newJsonParser().setParserErrorHandler(new StrictErrorHandler());
    }
}

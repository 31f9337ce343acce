package org.consilium.server.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.consilium.contract.audit.AuditRecord;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class AtnaExportTest {

    private static final List<AuditRecord> RECORDS = Records.ofEveryCode();
    private static final List<String> LINES = Records.lines(RecordFormat.ATNA, RECORDS);

    @Test
    void each_record_of_every_code_is_one_line_that_the_schema_takes() throws Exception {
        assertThat(LINES).hasSameSizeAs(RECORDS);
        Schema schema = schema();
        for (int i = 0; i < LINES.size(); i++) {
            schema.newValidator().validate(new StreamSource(new StringReader(LINES.get(i))));
            AuditRecord entry = RECORDS.get(i);
            Element event = first(document(LINES.get(i)), "EventIdentification");
            assertThat(event.getAttribute("EventActionCode"))
                    .isEqualTo(entry.action().name());
            assertThat(event.getAttribute("EventOutcomeIndicator"))
                    .isEqualTo(Integer.toString(entry.outcome().code()));
            assertThat(elements(event, "EventTypeCode"))
                    .extracting(one -> one.getAttribute("csd-code"))
                    .endsWith(entry.code());
        }
    }

    @Test
    void the_schema_is_no_rubber_stamp() throws Exception {
        Schema schema = schema();
        String line = LINES.get(0);
        for (String wrong : List.of(
                line.replace("EventOutcomeIndicator=\"0\"", "EventOutcomeIndicator=\"1\""),
                line.replaceAll("<ActiveParticipant .*</ActiveParticipant>", ""),
                line.replace("UserIsRequestor=\"true\"", ""),
                line.replace("codeSystemName=\"DCM\"", ""),
                line.replaceFirst("<AuditSourceIdentification.*</AuditSourceIdentification>", ""),
                line.replaceFirst(" value=\"[^\"]*\"", " value=\"?\""))) {
            assertThat(wrong).isNotEqualTo(line);
            assertThatThrownBy(() -> schema.newValidator().validate(new StreamSource(new StringReader(wrong))))
                    .isInstanceOf(SAXException.class);
        }
    }

    @Test
    void no_field_of_a_record_is_lost() throws Exception {
        AuditRecord entry = RECORDS.get(0);
        Document message = document(LINES.get(0));

        Element event = first(message, "EventIdentification");
        assertThat(event.getAttribute("EventDateTime")).isEqualTo("2026-11-26T10:00:00.000Z");
        assertThat(first(message, "EventID").getAttribute("csd-code")).isEqualTo("110114");
        // XML has no U+FFFF.
        assertThat(first(message, "EventOutcomeDescription").getTextContent())
                .isEqualTo(entry.outcome().text().replace('\uFFFF', '\uFFFD'));
        Element actor = first(message, "ActiveParticipant");
        assertThat(actor.getAttribute("UserID")).isEqualTo("5f2c-0");
        assertThat(actor.getAttribute("UserName")).isEqualTo(entry.actor().name());
        assertThat(actor.getAttribute("UserIsRequestor")).isEqualTo("true");
        assertThat(actor.getAttribute("NetworkAccessPointID")).isEqualTo("10.1.2.3");
        assertThat(actor.getAttribute("NetworkAccessPointTypeCode")).isEqualTo("2");
        assertThat(first(message, "RoleIDCode").getAttribute("csd-code")).isEqualTo("site-node");
        assertThat(first(message, "AuditSourceIdentification").getAttribute("AuditSourceID"))
                .isEqualTo("consortium");
        assertThat(objects(message))
                .containsExactly(
                        "session nodules/3/site-1 2 13 [version=2, sha256="
                                + entry.entity().hash().orElseThrow()
                                + ", detail.examples=120, detail.text=@two\nlines, \"quoted\" \\ ]]>,"
                                + " detail.version=of the detail]",
                        "study nodules 2 20 [studySeq=0, protocolVersion=2, round=3]",
                        "site site-1 3 2 []",
                        "peer-record 00000000-0000-0005-0000-000000000000 2 13 [leafHash="
                                + entry.peer().orElseThrow().hash() + "]",
                        "record 00000000-0000-0003-0000-000000000000 2 13 [stream=consortium, seq=0, leafHash="
                                + entry.leafHash() + ", recorded=2026-11-26T10:00:00.007Z,"
                                + " correlation=00000000-0000-0001-0000-000000000000,"
                                + " authentication=OpenID Connect, bearer token, reason="
                                + entry.reason().orElseThrow() + "]");
    }

    @Test
    void a_node_has_the_id_by_which_both_logs_know_it() throws Exception {
        Element actor = first(document(LINES.get(2)), "ActiveParticipant");

        assertThat(actor.getAttribute("AlternativeUserID")).isEqualTo("site-1");
        assertThat(elements(actor, "RoleIDCode"))
                .extracting(role -> role.getAttribute("csd-code"))
                .containsExactly("110150", "site-node");
    }

    private static Schema schema() throws SAXException {
        return SchemaFactory.newDefaultInstance()
                .newSchema(AtnaExportTest.class.getResource("dicom-audit-message.xsd"));
    }

    private static Document document(String line) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(line)));
    }

    private static Element first(Document message, String name) {
        return (Element) message.getElementsByTagName(name).item(0);
    }

    private static List<Element> elements(Element parent, String name) {
        List<Element> all = new ArrayList<>();
        var found = parent.getElementsByTagName(name);
        for (int i = 0; i < found.getLength(); i++) {
            all.add((Element) found.item(i));
        }
        return all;
    }

    private static List<String> objects(Document message) {
        return elements(message.getDocumentElement(), "ParticipantObjectIdentification").stream()
                .map(one -> elements(one, "ParticipantObjectIDTypeCode").get(0).getAttribute("csd-code")
                        + " " + one.getAttribute("ParticipantObjectID")
                        + " " + one.getAttribute("ParticipantObjectTypeCode")
                        + " " + one.getAttribute("ParticipantObjectTypeCodeRole")
                        + " "
                        + elements(one, "ParticipantObjectDetail").stream()
                                .map(detail -> detail.getAttribute("type") + "="
                                        + new String(
                                                Base64.getDecoder().decode(detail.getAttribute("value")),
                                                StandardCharsets.UTF_8))
                                .toList())
                .toList();
    }
}

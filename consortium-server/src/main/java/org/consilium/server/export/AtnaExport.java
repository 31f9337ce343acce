package org.consilium.server.export;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.AuditRecord.Action;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Kind;

/**
 * Records as audit messages of DICOM PS3.15 A.5, which IHE ATNA sends. The standard has one message a document; this is a
 * sequence of such documents, one a line, each without an XML declaration: {@code split -l 1} gives what a syslog sender
 * puts into its messages, and neither side has to hold more than one. The whole is no XML document.
 *
 * <p>What may have several lines stands as base64 in a ParticipantObjectDetail, as the standard asks.
 */
final class AtnaExport implements RecordExport {

    /** Own codes: event codes, roles and types of objects. */
    private static final String OWN = "Consilium";

    private static final String IP_ADDRESS = "2";
    private static final String APPLICATION_SERVER = "4";

    private final Writer lines;
    private final XMLStreamWriter xml;

    AtnaExport(OutputStream out) throws IOException {
        this.lines = RecordTexts.utf8(out);
        try {
            // The JDK's own, whatever else lies on the path: others refuse a second document.
            this.xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(lines);
        } catch (XMLStreamException e) {
            throw new IOException("no audit message can be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void write(AuditRecord entry) throws IOException {
        try {
            xml.writeStartElement("AuditMessage");
            event(entry);
            participants(entry);
            source(entry);
            for (AuditObject one : AuditObject.of(entry)) {
                object(one, entry.action());
            }
            xml.writeEndElement();
            xml.writeCharacters("\n");
        } catch (XMLStreamException e) {
            throw new IOException("record " + entry.seq() + " is not written: " + e.getMessage(), e);
        }
    }

    private void event(AuditRecord entry) throws XMLStreamException {
        DicomEvent event = DicomEvent.of(entry);
        xml.writeStartElement("EventIdentification");
        attribute("EventActionCode", entry.action().name());
        attribute("EventDateTime", RecordTexts.time(entry.occurred()));
        attribute("EventOutcomeIndicator", Integer.toString(entry.outcome().code()));
        code("EventID", event.id().value(), DicomEvent.DCM, event.id().name());
        if (event.type().isPresent()) {
            DicomEvent.Code type = event.type().get();
            code("EventTypeCode", type.value(), DicomEvent.DCM, type.name());
        }
        code("EventTypeCode", entry.code(), OWN, entry.code());
        text("EventOutcomeDescription", entry.outcome().text());
        xml.writeEndElement();
    }

    /** Who acts, and the organisation that it acts for. */
    private void participants(AuditRecord entry) throws XMLStreamException {
        Actor actor = entry.actor();
        xml.writeStartElement("ActiveParticipant");
        attribute("UserID", actor.subject());
        if (actor.kind() == Kind.NODE && entry.site().isPresent()) {
            // By which both logs know the node, whatever the identity provider calls it.
            attribute("AlternativeUserID", entry.site().get().value());
        }
        attribute("UserName", actor.name());
        attribute("UserIsRequestor", "true");
        Optional<String> address = actor.address();
        if (address.isPresent()) {
            attribute("NetworkAccessPointID", address.get());
            attribute("NetworkAccessPointTypeCode", IP_ADDRESS);
        }
        if (actor.kind() != Kind.USER) {
            code("RoleIDCode", "110150", DicomEvent.DCM, "Application");
        }
        code("RoleIDCode", actor.role(), OWN, actor.role());
        xml.writeEndElement();
        xml.writeStartElement("ActiveParticipant");
        attribute("UserID", actor.organisation());
        attribute("UserIsRequestor", "false");
        code("RoleIDCode", "organisation", OWN, "Organisation that the requestor acts for");
        xml.writeEndElement();
    }

    private void source(AuditRecord entry) throws XMLStreamException {
        xml.writeStartElement("AuditSourceIdentification");
        attribute("AuditSourceID", entry.stream());
        xml.writeEmptyElement("AuditSourceTypeCode");
        attribute("csd-code", APPLICATION_SERVER);
        xml.writeEndElement();
    }

    private void object(AuditObject one, Action action) throws XMLStreamException {
        xml.writeStartElement("ParticipantObjectIdentification");
        attribute("ParticipantObjectID", one.id());
        attribute("ParticipantObjectTypeCode", one.organisation() ? "3" : "2");
        attribute("ParticipantObjectTypeCodeRole", one.role().code());
        String stage =
                switch (action) {
                    case C -> "1";
                    case R -> "6";
                    case U -> "3";
                    case D -> "15";
                    case E -> "";
                };
        // The act was done to the record's object alone; study and site are only named.
        if (!stage.isEmpty() && !one.context()) {
            attribute("ParticipantObjectDataLifeCycle", stage);
        }
        code("ParticipantObjectIDTypeCode", one.type(), OWN, one.type());
        text("ParticipantObjectName", one.type() + " " + one.id());
        for (Map.Entry<String, String> detail : one.details().entrySet()) {
            xml.writeEmptyElement("ParticipantObjectDetail");
            attribute("type", detail.getKey());
            attribute(
                    "value",
                    Base64.getEncoder().encodeToString(detail.getValue().getBytes(StandardCharsets.UTF_8)));
        }
        xml.writeEndElement();
    }

    private void code(String element, String code, String system, String name) throws XMLStreamException {
        xml.writeEmptyElement(element);
        attribute("csd-code", code);
        attribute("codeSystemName", system);
        attribute("displayName", name);
        attribute("originalText", name);
    }

    private void text(String element, String text) throws XMLStreamException {
        xml.writeStartElement(element);
        xml.writeCharacters(legal(text));
        xml.writeEndElement();
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, legal(value));
    }

    /** Two characters that a text may have, and XML 1.0 may not (section 2.2). */
    private static String legal(String text) {
        return text.replace('\uFFFE', '\uFFFD').replace('\uFFFF', '\uFFFD');
    }

    @Override
    public void close() throws IOException {
        try {
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IOException("the last audit messages are not written: " + e.getMessage(), e);
        }
        lines.close();
    }
}

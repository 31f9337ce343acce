package org.consilium.server.export;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/**
 * Validates each line of a file against HL7's own definitions of FHIR R5, without a network; in a JVM of its own, because
 * the definitions need more memory than our tests have.
 */
final class FhirValidator {

    private FhirValidator() {}

    public static void main(String[] arguments) throws IOException {
        FhirContext context = FhirContext.forR5();
        var definitions = new ValidationSupportChain(
                new DefaultProfileValidationSupport(context),
                new InMemoryTerminologyServerValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context));
        var validator = context.newValidator().registerValidatorModule(new FhirInstanceValidator(definitions));
        List<String> lines = Files.readAllLines(Path.of(arguments[0]));
        for (String line : lines) {
            for (SingleValidationMessage message :
                    validator.validateWithResult(line).getMessages()) {
                if (message.getSeverity() != ResultSeverityEnum.INFORMATION) {
                    System.out.println(
                            message.getSeverity() + " " + message.getLocationString() + " " + message.getMessage());
                }
            }
        }
        System.out.println("validated " + lines.size());
    }
}

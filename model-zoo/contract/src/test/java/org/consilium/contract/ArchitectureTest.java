package org.consilium.contract;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.StringReader;

@AnalyzeClasses(packages = "org.consilium", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule the_contract_needs_nothing_but_json = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "jakarta.persistence..",
                            "jakarta.ws..",
                            "jakarta.enterprise..",
                            "jakarta.inject..",
                            "org.eclipse.microprofile..",
                            "org.nd4j..",
                            "org.deeplearning4j..",
                            "java.io..",
                            "java.net..",
                            "java.nio.file..",
                            "java.sql..",
                            "java.util.logging..",
                            "org.slf4j..",
                            "org.consilium.algorithm..",
                            "org.consilium.model..",
                            "org.consilium.server..",
                            "org.consilium.site..")
                    // A text in memory, which JSON Processing takes in no other form.
                    .and(not(type(StringReader.class))))
            .because("the contract is what both sides of the wire agree on: values, no I/O, no logging");
}

package org.consilium.auditlog;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.consilium.auditlog", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule the_log_needs_a_database_and_the_contract = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "org.consilium.auditlog..",
                    "org.consilium.contract..",
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "java.sql..",
                    "java.nio.charset..")
            .because("server and node use the same writer, whatever container they are in");
}

package org.consilium.quickstart;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the command and of the room that starts the real parts. */
@AnalyzeClasses(packages = "org.consilium.quickstart", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule the_real_parts_are_started_without_knowing_the_command = noClasses()
            .that()
            .resideInAPackage("org.consilium.quickstart.platform..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.consilium.quickstart")
                    .or(resideInAPackage("picocli.."))
                    .or(resideInAPackage("org.consilium.model.."))
                    .or(resideInAPackage("org.consilium.algorithm..")));

    @ArchTest
    static final ArchRule servers_and_nodes_are_reached_over_http_alone = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.consilium.server..", "org.consilium.site..", "jakarta.persistence..");

    @ArchTest
    static final ArchRule deeplearning4j_is_known_to_the_model_zoo_alone =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("org.nd4j..", "org.deeplearning4j..");

    @ArchTest
    static final ArchRule keycloaks_administration_and_certificates_are_one_rooms_matter = classes()
            .that()
            .resideInAPackage("org.consilium.quickstart")
            .should()
            .onlyDependOnClassesThat(resideInAPackage("org.keycloak..")
                    .or(resideInAPackage("org.bouncycastle.."))
                    .or(resideInAPackage("org.apache.commons.compress.."))
                    .negate());

    @ArchTest
    static final ArchRule the_verifier_shares_nothing_with_those_who_write_but_definitions = classes()
            .that()
            .resideInAPackage("org.consilium.quickstart.audit")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "jakarta.json..",
                    "picocli..",
                    "org.bouncycastle..",
                    "org.consilium.contract..",
                    "org.consilium.algorithm..",
                    "org.consilium.quickstart.audit");

    @ArchTest
    static final ArchRule no_text_depends_on_the_language_of_the_machine = noClasses()
            .should()
            .callMethod(String.class, "formatted", Object[].class)
            .orShould()
            .callMethod(String.class, "format", String.class, Object[].class)
            .because("Text.of writes the same numbers everywhere");

    @ArchTest
    static final ArchRule rooms_need_each_other_one_way_only =
            slices().matching("org.consilium.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule what_is_shared_does_not_change_unseen =
            fields().that().areStatic().should().beFinal();
}

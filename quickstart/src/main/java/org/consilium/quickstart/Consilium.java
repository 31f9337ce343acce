package org.consilium.quickstart;

import java.io.PrintWriter;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.quickstart.audit.AuditCommand;
import org.consilium.quickstart.audit.AuditVerifyCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code consilium} program: parses the command line, and says what went wrong in one text. */
@Command(
        name = "consilium",
        header = "Hospitals train medical-imaging models together while no image leaves a hospital.",
        description = {
            "",
            "Run 'consilium demo --quick' to see it happen: hospitals, each with its own images, database and key, and"
                    + " one model trained together. Run 'consilium COMMAND --help' for what a command does and all its"
                    + " options.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Research software, not a medical device.",
            "Exit codes: 0 done; 1 something failed, the text says what and what to do; 2 an option cannot be followed."
        },
        versionProvider = Consilium.Version.class)
public final class Consilium implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            order = 100,
            description = "Show this help and end.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and end.")
    private boolean version;

    @Option(
            names = "--verbose",
            scope = CommandLine.ScopeType.INHERIT,
            order = 99,
            description = "Show stack traces of failures.")
    private boolean verbose;

    /** Libraries that greet on the terminal; kept here, because the JDK forgets the level of a logger nobody holds. */
    private static final List<Logger> QUIETED =
            List.of(Logger.getLogger("org.nd4j"), Logger.getLogger("org.deeplearning4j"));

    /** Its one warning is that ND4J was built with an older version of it, which is intended. */
    private static final Logger BRIDGE = Logger.getLogger("org.bytedeco");

    /**
     * Runs the program and ends the JVM with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        QUIETED.forEach(logger -> logger.setLevel(Level.WARNING));
        BRIDGE.setLevel(Level.SEVERE);
        System.setProperty("java.awt.headless", "true");
        System.exit(commandLine(Surroundings.ofProcess()).execute(args));
    }

    /** Returns the program, ready to parse. */
    static CommandLine commandLine(Surroundings surroundings) {
        Consilium program = new Consilium();
        CommandLine line = new CommandLine(program)
                .addSubcommand(new DemoCommand(surroundings))
                .addSubcommand(new SimulateCommand(surroundings))
                .addSubcommand(new CompareCommand(surroundings))
                .addSubcommand(new EvaluateCommand(surroundings))
                .addSubcommand(new CommandLine(new SiteCommand()).addSubcommand(new SiteEnrolCommand()))
                .addSubcommand(new CommandLine(new AuditCommand())
                        .addSubcommand(new AuditExportCommand())
                        .addSubcommand(verify())
                        .addSubcommand(new AuditKeyCommand()))
                .addSubcommand(new CommandLine(new ImpressionsCommand()).addSubcommand(new ImpressionsShowCommand()))
                .addSubcommand(new TestCommand())
                .addSubcommand(new CommandLine(new BenchCommand())
                        .addSubcommand(new BenchTrainingCommand(surroundings))
                        .addSubcommand(new BenchOverheadCommand(surroundings))
                        .addSubcommand(new BenchAuditAppendCommand(surroundings))
                        .addSubcommand(new BenchAuditVerifyCommand(surroundings)));
        line.setUsageHelpWidth(110);
        line.setUsageHelpAutoWidth(false);
        line.setParameterExceptionHandler(refusal());
        line.setExecutionExceptionHandler(program.failure());
        return line;
    }

    /** The verifier itself knows of no server; that it tells one comes from outside. */
    private static CommandLine verify() {
        VerificationRecording recording = new VerificationRecording();
        CommandLine verify = new CommandLine(new AuditVerifyCommand(recording));
        verify.getCommandSpec().addMixin("recording", CommandSpec.forAnnotatedObject(recording));
        return verify;
    }

    /** Without a command there is nothing to do, so it shows what there is. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static IParameterExceptionHandler refusal() {
        return (ParameterException e, String[] args) -> {
            CommandLine command = e.getCommandLine();
            refuse(command, e.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
            return CommandLine.ExitCode.USAGE;
        };
    }

    private IExecutionExceptionHandler failure() {
        return (Exception e, CommandLine command, CommandLine.ParseResult parsed) -> {
            PrintWriter err = command.getErr();
            int code = CommandLine.ExitCode.SOFTWARE;
            if (Surroundings.ending()) {
                // Ctrl-C: the parts are being stopped, and that they stop answering is no failure.
                return code;
            }
            if (e instanceof BadOption) {
                refuse(command, e.getMessage());
                code = CommandLine.ExitCode.USAGE;
            } else {
                err.println("consilium: " + text(e));
                for (Throwable more : e.getSuppressed()) {
                    if (more instanceof CommandFailure) {
                        err.println("consilium: " + text(more));
                    }
                }
            }
            if (verbose) {
                e.printStackTrace(err);
            }
            err.flush();
            return code;
        };
    }

    private static void refuse(CommandLine command, String message) {
        PrintWriter err = command.getErr();
        err.println("consilium: " + message);
        err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
    }

    private static String text(Throwable e) {
        return e.getMessage() == null || e.getMessage().isBlank()
                ? "unexpected " + e.getClass().getSimpleName() + "; run again with --verbose and report what it shows."
                : e.getMessage();
    }

    /** Names the commit that the program was built from. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "consilium 0.1.0-SNAPSHOT, commit "
                        + Surroundings.ofProcess().commit().orElse("unknown"),
                "Java " + Runtime.version()
            };
        }
    }
}

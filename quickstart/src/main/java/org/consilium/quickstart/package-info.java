/**
 * The {@code consilium} command: a federated study in one JVM ({@code simulate}), the same study through real servers
 * ({@code demo}), the scoring of a saved model ({@code evaluate}) and measurements ({@code bench}).
 *
 * <p>Decisions. {@code simulate} and {@code demo} share options, the dealing of the images, the table, the plot and the
 * report, so that their figures can be laid side by side; only who trains and who aggregates differs. A number that does
 * not exist is NaN in Java and null in JSON. Wrong options are {@link org.consilium.quickstart.BadOption} (exit code 2),
 * everything else that a user can act upon is {@link org.consilium.quickstart.CommandFailure} (exit code 1); both carry
 * one text that names the thing and the next action, and only {@code --verbose} shows a stack trace. Results are printed
 * before they are written to files, so that a full disk loses nothing.
 */
package org.consilium.quickstart;

package io.annals.cli;

import io.annals.cli.imports.AccessLogSurvey;
import io.annals.cli.imports.Format;
import io.annals.cli.imports.Progress;
import io.annals.cli.imports.Source;
import io.annals.cli.imports.TokenRule;
import io.annals.model.TenantId;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code import} needs to be told about access logs. */
final class AccessLogOptions {
  private static final String ONLY = "combined: ";
  private static final int RETENTION_DAYS_DEFAULT = 90;

  @Option(
      names = "--token",
      paramLabel = "UUID",
      converter = UuidText.class,
      description = ONLY + "the token that every line counts for; or else:")
  private @Nullable UUID token;

  @Option(
      names = "--token-from",
      paramLabel = "FIELD",
      description =
          ONLY
              + "user, vhost or address: every value of that field is a token. Its id is the UUID"
              + " of version 5 whose namespace is the tenant's id and whose name is FIELD:VALUE,"
              + " such as user:alice; user:- where a line has none; a vhost in lower case, without"
              + " its port.")
  private TokenRule.@Nullable Field tokenFrom;

  @Option(
      names = "--service-account",
      paramLabel = "UUID",
      converter = UuidText.class,
      description = ONLY + "the service account that the tokens belong to.")
  private @Nullable UUID serviceAccount;

  @Option(
      names = "--rebase-to-now",
      description =
          ONLY
              + "shift all times so that the last one is now. For trying out: another run shifts"
              + " otherwise and stores the events once more.")
  private boolean rebaseToNow;

  @Option(
      names = "--retention-days",
      paramLabel = "DAYS",
      description =
          ONLY
              + "how long the server keeps activity (default: 90). Lines that are older are warned"
              + " of; they are sent all the same.")
  private @Nullable Integer retentionDays;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Refuses these options with a format that does not take them. */
  void refuseAny(String format) {
    boolean any =
        rebaseToNow
            || Stream.of(token, tokenFrom, serviceAccount, retentionDays)
                .anyMatch(Objects::nonNull);
    if (any) {
      throw wrong(
          "--token, --token-from, --service-account, --rebase-to-now and --retention-days are for"
              + " --format combined, not "
              + format);
    }
  }

  /**
   * Access logs as described by these options. Looks through the sources first and says what is to
   * be known before anything is sent.
   */
  Format<?> format(TenantId tenant, List<Source> sources, Instant now) {
    TokenRule tokenRule = tokenRule(tenant);
    int days = retentionDays == null ? RETENTION_DAYS_DEFAULT : retentionDays;
    if (days < 1) {
      throw wrong("--retention-days takes a number from 1, not " + days);
    }
    if (rebaseToNow && !sources.stream().allMatch(Source::isFile)) {
      throw wrong(
          "--rebase-to-now has to find the last time first, but standard input or a pipe can be"
              + " read only once: save it in a file");
    }
    AccessLogSurvey survey;
    try (Progress progress = Progress.onTerminal("look", Source.bytesOf(sources))) {
      survey = AccessLogSurvey.of(sources, now.minus(Duration.ofDays(days)), progress);
    }
    if (!rebaseToNow || survey.lines() == 0) {
      warnOfOlder(survey, days, sources.stream().allMatch(Source::isFile));
      return Format.combined(tokenRule, serviceAccount, 0);
    }
    long shiftMillis = Duration.between(survey.last(), now).toMillis();
    say("all times are shifted by %d ms: the last, %s, is now", shiftMillis, survey.last());
    if (survey.first().plus(Duration.ofDays(days)).isBefore(survey.last())) {
      say(
          "lines that lie more than %1$d days before the last are refused all the same by a server"
              + " that keeps activity for %1$d days",
          days);
    }
    return Format.combined(tokenRule, serviceAccount, shiftMillis);
  }

  private TokenRule tokenRule(TenantId tenant) {
    if ((token == null) == (tokenFrom == null)) {
      throw wrong(
          "--format combined takes one of --token UUID and --token-from user|vhost|address, which"
              + " say what token a line counts for");
    }
    return token == null ? TokenRule.from(tokenFrom, tenant) : TokenRule.of(token);
  }

  private void warnOfOlder(AccessLogSurvey survey, int days, boolean whole) {
    if (survey.older() == 0) {
      return;
    }
    say(
        "%,d of the %s%,d lines are older than %d days (%s to %s). A server that keeps activity"
            + " for %d days refuses them as expired. To try them out, shift all times with"
            + " --rebase-to-now; to keep them as they are, let the server keep more"
            + " (ANNALS_ACTIVITY_RETENTION_DAYS) and name that with --retention-days",
        survey.older(),
        whole ? "" : "first ",
        survey.lines(),
        days,
        survey.first(),
        survey.last(),
        days);
  }

  private void say(String message, Object... values) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("annals import: " + String.format(Locale.ROOT, message, values));
    err.flush();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}

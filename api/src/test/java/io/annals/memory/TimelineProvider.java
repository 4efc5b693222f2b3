package io.annals.memory;

import java.util.EnumSet;
import java.util.Set;

/** A store that cannot keep audit trails. */
public final class TimelineProvider extends MemoryProvider {
  @Override
  public String name() {
    return "timeline";
  }

  @Override
  public Set<Role> roles() {
    return EnumSet.of(Role.ACTIVITY);
  }
}

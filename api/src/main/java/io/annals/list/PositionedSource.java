package io.annals.list;

import io.annals.model.Position;
import java.nio.ByteBuffer;
import java.util.UUID;

/** A list whose order is that of {@link Position}. */
public interface PositionedSource extends ListSource<Position> {
  /** Where a query begins. */
  static Position below(ListQuery<Position> query) {
    return query.after() == null ? Position.TOP : query.after();
  }

  @Override
  default byte[] toBytes(Position place) {
    return ByteBuffer.allocate(Long.BYTES + 2 * Long.BYTES)
        .putLong(place.createdAtMillis())
        .putLong(place.id().getMostSignificantBits())
        .putLong(place.id().getLeastSignificantBits())
        .array();
  }

  @Override
  default Position ofBytes(ByteBuffer bytes) {
    return new Position(bytes.getLong(), new UUID(bytes.getLong(), bytes.getLong()));
  }
}

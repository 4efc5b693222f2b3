package io.annals.cli.imports;

import java.util.UUID;

/**
 * An item as the API takes it.
 *
 * @param place where its record stands, for messages
 * @param id its id, the same whenever its record is read
 * @param json the item, id included, as one line of JSON in UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy of each would cost the import
record Item(String place, UUID id, byte[] json) {}

package dev.outlive.memory;

/** What a segment holds. The numbers are part of the layout. */
enum SegmentType {
  LOCK(1, "SharedLock", 0),
  MEMORY(2, "SharedMemory", 1),
  INT(3, "SharedInt", Integer.BYTES),
  LONG(4, "SharedLong", Long.BYTES),
  DOUBLE(5, "SharedDouble", Double.BYTES),
  BOOLEAN(6, "SharedBoolean", Integer.BYTES),
  BYTE_ARRAY(7, "SharedByteArray", Byte.BYTES),
  SHORT_ARRAY(8, "SharedShortArray", Short.BYTES),
  INT_ARRAY(9, "SharedIntArray", Integer.BYTES),
  LONG_ARRAY(10, "SharedLongArray", Long.BYTES),
  FLOAT_ARRAY(11, "SharedFloatArray", Float.BYTES),
  DOUBLE_ARRAY(12, "SharedDoubleArray", Double.BYTES);

  private static final SegmentType[] ALL = values();

  private final int code;
  private final String name;
  private final int elementBytes;

  SegmentType(int code, String name, int elementBytes) {
    this.code = code;
    this.name = name;
    this.elementBytes = elementBytes;
  }

  static SegmentType of(int code) {
    for (SegmentType type : ALL) {
      if (type.code == code) {
        return type;
      }
    }
    throw new SharedMemoryException("a segment of type " + code + " is of another version");
  }

  int code() {
    return code;
  }

  String typeName() {
    return name;
  }

  /** Returns how many bytes so many elements take; what cannot be is refused. */
  long bytes(long length) {
    long most = (Long.MAX_VALUE - SegmentLayout.DATA_AT) / Math.max(1, elementBytes);
    if (length < 0 || length > most) {
      throw new IllegalArgumentException("length must be 0.." + most + ", length=" + length);
    }
    return length * elementBytes;
  }

  /** Returns the object that the user has of a segment. */
  Shared face(Segment segment) {
    return switch (this) {
      case LOCK -> segment.lock();
      case MEMORY -> new SharedMemory(segment);
      case INT -> new SharedInt(segment);
      case LONG -> new SharedLong(segment);
      case DOUBLE -> new SharedDouble(segment);
      case BOOLEAN -> new SharedBoolean(segment);
      case BYTE_ARRAY -> new SharedByteArray(segment);
      case SHORT_ARRAY -> new SharedShortArray(segment);
      case INT_ARRAY -> new SharedIntArray(segment);
      case LONG_ARRAY -> new SharedLongArray(segment);
      case FLOAT_ARRAY -> new SharedFloatArray(segment);
      case DOUBLE_ARRAY -> new SharedDoubleArray(segment);
    };
  }
}

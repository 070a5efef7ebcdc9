"""What is said of a round's files: tables, headings, cells, rows and the round's own data."""

ROWS: dict[str, tuple[str, str]] = {
    "file.missing": (
        "找不到“{value}”；请检查名称和所在文件夹",
        "“{value}” is not there; check the name and the folder",
    ),
    "file.unknown_kind": (
        "“{value}”不是能读的文件；请给出文件夹（CSV 或 Parquet 表格）或一个 .xlsx 工作簿",
        "“{value}” cannot be read; give a folder of CSV or Parquet tables or one .xlsx workbook",
    ),
    "file.old_xls": (
        "这是旧格式（.xls）或加了密码的工作簿；请在 Excel 中去掉密码并另存为“Excel 工作簿（.xlsx）”",
        'this workbook is in the old .xls format or has a password; remove the password and save it as "Excel Workbook (.xlsx)"',
    ),
    "file.not_xlsx": (
        "文件名是 .xlsx，内容却不是 Excel 工作簿；请在 Excel 中打开后另存为“Excel 工作簿（.xlsx）”",
        'the name says .xlsx but the content is no Excel workbook; open it in Excel and save it as "Excel Workbook (.xlsx)"',
    ),
    "file.xlsx_broken": (
        "工作簿已损坏，无法读取（{value}）；请在 Excel 中打开修复后另存，或重新传送文件",
        "the workbook is damaged and cannot be read ({value}); open it in Excel, let it repair the file and save it, or send it again",
    ),
    "file.csv_is_workbook": (
        "文件名是 .csv，内容却是 Excel 工作簿；请另存为“CSV UTF-8（逗号分隔）”，或把扩展名改为 .xlsx",
        'the name says .csv but the content is an Excel workbook; save it as "CSV UTF-8", or name it .xlsx',
    ),
    "file.csv_broken": (
        "CSV 的引号或换行不完整（{value}）；请在 Excel 中重新另存为“CSV UTF-8（逗号分隔）”",
        'quotes or line ends of the CSV are incomplete ({value}); save it again from Excel as "CSV UTF-8"',
    ),
    "file.csv_separator": (
        "只有一列“{value}”，看来不是用逗号分隔；请另存为“CSV UTF-8（逗号分隔）”",
        'there is one column only, “{value}”: the file seems not to be separated by commas; save it as "CSV UTF-8"',
    ),
    "file.parquet_broken": (
        "不是完整的 Parquet 文件（{value}）；请重新导出",
        "this is no complete Parquet file ({value}); export it again",
    ),
    "file.toml_broken": (
        "不是正确的 TOML（{value}）；请检查引号、等号和日期的写法",
        "this is not correct TOML ({value}); check quotes, equals signs and dates",
    ),
    "file.not_utf8": (
        "文字编码不是 UTF-8，也不是中文 Excel 所用的 GB18030；请另存为“CSV UTF-8（逗号分隔）”",
        'the text is neither UTF-8 nor the GB18030 that Chinese Excel writes; save it as "CSV UTF-8"',
    ),
    "file.gb18030": (
        "文字编码是 GB18030（不是 UTF-8），已按 GB18030 读取；请核对生僻字",
        "the text is encoded as GB18030, not UTF-8, and was read as such; check rare characters",
    ),
    "file.empty": (
        "表是空的；第 1 行应为标题，以下为数据",
        "the table is empty; row 1 should hold the headings and the rows below the data",
    ),
    "file.no_heading": (
        "第 1 行是空的，第 {row} 行才有内容；标题应在第 1 行，请删去上面的空行",
        "row 1 is blank and the content starts in row {row}; headings belong in row 1: delete the blank rows above",
    ),
    "file.too_large": (
        "解开后超过 {megabytes} MB，不予读取；请拆分批次或删去无关的工作表和图片",
        "unpacked it is more than {megabytes} MB and is not read; split the round or delete other sheets and pictures",
    ),
    "file.too_many_rows": ("有 {rows} 行，最多 {limit} 行", "there are {rows} rows; at most {limit} are read"),
    "file.too_many_columns": (
        "有 {columns} 列，最多 {limit} 列",
        "there are {columns} columns; at most {limit} are read",
    ),
    "file.too_wide": (
        "内容散布到 {rows} 行 × {columns} 列，最多 {limit} 个单元格；请删去远处的零星单元格",
        "the content is spread over {rows} rows × {columns} columns; at most {limit} cells are read: delete the stray cells far away",
    ),
    "table.missing": (
        "缺少表“{table_name}”；请加上工作表或文件“{table_name}”（或 {file}），没有数据时也应有标题行",
        'the table "{table_name}" is missing; add a sheet or file of that name, with its headings even when it has no rows ({file})',
    ),
    "table.missing_near": (
        "缺少表“{table_name}”；现有“{near}”，如就是它，请改名为“{table_name}”或 {file}",
        'the table "{table_name}" is missing; there is “{near}”: if that is it, rename it to {file}',
    ),
    "table.twice": (
        "表“{table_name}”出现两次；每个表只留一个文件或工作表",
        'the table "{table_name}" is given twice; keep one file or sheet of each',
    ),
    "table.no_rows": (
        "只有标题，没有数据；至少应有一行",
        "there are headings but no rows; at least one row is expected",
    ),
    "heading.none": (
        "第 1 行“{value}”中没有一个认得的标题；标题应在第 1 行，表头上方的大标题请删去",
        "row 1, “{value}”, has no heading that is known; headings belong in row 1: delete a title above them",
    ),
    "heading.empty": (
        "{letters} 列有数据而没有标题；请写上标题或删去该列",
        "column {letters} has data but no heading; give it one or delete the column",
    ),
    "heading.twice": (
        "标题“{value}”（{letters} 列）与“{other}”是同一列；请只留一列",
        "the heading “{value}” (column {letters}) means the same column as “{other}”; keep one of them",
    ),
    "heading.missing": ("缺少这一列；请加上，内容应为{expected}", "this column is missing; add it, with {expected}"),
    "heading.missing_near": (
        "缺少这一列；现有标题“{value}”，如就是它，请改名",
        "this column is missing; there is a heading “{value}”: if that is it, rename it",
    ),
    "cell.empty": ("没有填写，应为{expected}", "nothing is filled in; expected is {expected}"),
    "cell.formula": (
        "这里是公式（显示“{value}”），应为直接填写的值；请复制后“选择性粘贴—数值”",
        "this is a formula (showing “{value}”), expected is a plain value; copy it and paste it back as values",
    ),
    "cell.error_value": (
        "这里是 Excel 的错误值“{value}”，应为{expected}",
        "this is an error value of Excel, “{value}”; expected is {expected}",
    ),
    "cell.merged": (
        "单元格 {value} 是合并的；请取消合并，每行各自填写",
        "the cells {value} are merged; unmerge them and fill in every row",
    ),
    "cell.control": (
        "“{value!r}”中有看不见的控制字符；请删去后重新输入",
        "“{value!r}” contains control characters that cannot be seen; delete it and type it again",
    ),
    "cell.too_long": (
        "有 {length} 个字，最多 {limit} 个",
        "there are {length} characters; at most {limit} are allowed",
    ),
    "cell.date_for_text": (
        "Excel 把填写的内容变成了日期“{value}”；请先把单元格设为文本格式，再重新填写，应为{expected}",
        "Excel has turned what was typed into the date “{value}”; format the cell as text and type it again; expected is {expected}",
    ),
    "cell.not_an_id": ("“{value}”不是编号，应为{expected}", "“{value}” is no ID; expected is {expected}"),
    "cell.id_bar": (
        "“{value}”含有竖线“|”；摇号用它分隔，编号中不能有，请换一个符号",
        "“{value}” contains a bar “|”, which the draw uses as a separator; use another sign in the ID",
    ),
    "cell.id_became_number": (
        "编号变成了数字“{value}”，末几位可能已经丢失；请把单元格设为文本格式后重新填写",
        "the ID has become the number “{value}” and may have lost its last digits; format the cell as text and type it again",
    ),
    "cell.resident_form": (
        "“{value}”不是身份证号，应为 18 位，前 17 位是数字，末位是数字或 X",
        "“{value}” is no resident identity number: 17 digits and a last digit or X are expected",
    ),
    "cell.resident_birth": (
        "身份证号“{value}”第 7 至 14 位不是存在的日期；请核对证件",
        "digits 7 to 14 of the identity number “{value}” are no date that exists; check the card",
    ),
    "cell.resident_check": (
        "身份证号“{value}”的校验位不符，有数字录错；请核对证件",
        "the check digit of the identity number “{value}” is wrong: a digit was mistyped; check the card",
    ),
    "cell.not_whole": ("“{value}”不是整数，应为{expected}", "“{value}” is not a whole number; expected is {expected}"),
    "cell.not_a_number": ("“{value}”不是数字，应为{expected}", "“{value}” is not a number; expected is {expected}"),
    "cell.too_many_decimals": (
        "“{value}”多于两位小数，应为{expected}",
        "“{value}” has more than two decimals; expected is {expected}",
    ),
    "cell.zero": ("“{value}”不能为零，应为{expected}", "“{value}” must not be zero; expected is {expected}"),
    "cell.too_small": ("“{value}”太小，至少为 {low}", "“{value}” is too small; at least {low} is expected"),
    "cell.too_large": ("“{value}”太大，最多为 {high}", "“{value}” is too large; at most {high} is expected"),
    "cell.not_a_date": ("“{value}”不是日期，应为{expected}", "“{value}” is not a date; expected is {expected}"),
    "cell.no_such_date": (
        "“{value}”这个日期或时间不存在；请核对",
        "“{value}” is a date or time that does not exist; check it",
    ),
    "cell.date_far": (
        "日期“{value}”不在 {low} 至 {high} 年之间；请核对",
        "the date “{value}” is not in the years {low} to {high}; check it",
    ),
    "cell.not_a_word": (
        "“{value}”不是可用的词，应为{expected}",
        "“{value}” is not a word that is known; expected is {expected}",
    ),
    "cell.not_text": ("“{value}”不是文字，应为{expected}", "“{value}” is not text; expected is {expected}"),
    "row.id_twice": (
        "“{value}”与第 {rows} 行重复；每个编号只能用一次",
        "“{value}” stands in row {rows} too; an ID can be used once only",
    ),
    "row.receipt_twice": (
        "收据“{value}”与第 {rows} 行重复；同一张收据只能录入一次",
        "the receipt “{value}” stands in row {rows} too; a receipt can be entered once only",
    ),
    "row.twice": (
        "“{value}”这一行与第 {rows} 行重复；请只留一行",
        "this row, “{value}”, repeats row {rows}; keep one of them",
    ),
    "row.home_twice": (
        "房号“{value}”与第 {rows} 行是同一套房（小区、栋、单元、楼层、房号都相同）；请核对",
        "room “{value}” is the same home as in row {rows} (project, building, entrance, floor and room are equal); check them",
    ),
    "row.person_twice": (
        "身份证号“{value}”还出现在 {other} 第 {other_row} 行；一人只能计入一户一次，跨户确有理由的在“疑点”表写明理由和批准人",
        "the identity number “{value}” stands in {other} row {other_row} too; one person counts once, in one household, unless the table of exceptions gives reason and approver for two",
    ),
    "row.unknown": (
        "“{value}”不在“{target_name}”之中；请核对",
        '“{value}” is not among the values of "{target_name}"; check it',
    ),
    "row.unknown_near": (
        "“{value}”不在“{target_name}”之中，是不是“{near}”？",
        '“{value}” is not among the values of "{target_name}"; is it “{near}”?',
    ),
    "row.subject_unknown": (
        "“{value}”不是安置户编号或房源编号，也不是“*”（全部）；请核对",
        "“{value}” is neither a household_id nor a unit_id nor * (all); check it",
    ),
    "row.persons": (
        "填写的是 {value} 人，“安置人口”表中计入 {counted} 人；两者应当一致",
        "{value} persons are given, {counted} are counted in the table of members; both should agree",
    ),
    "row.withdrawn_early": (
        "撤回日期“{value}”早于公示日期 {other}；请核对",
        "the withdrawal “{value}” is before the publication on {other}; check both",
    ),
    "row.resolved_early": (
        "办结日期“{value}”早于提出日期 {other}；请核对",
        "the resolution “{value}” is before the filing on {other}; check both",
    ),
    "row.floors_crossed": (
        "最高楼层“{value}”低于最低楼层 {other}；请核对",
        "the highest floor “{value}” is below the lowest floor {other}; check both",
    ),
    "row.floor_above_roof": (
        "总楼层“{value}”低于所在楼层 {other}；请核对",
        "the building has “{value}” floors, fewer than this home's floor {other}; check both",
    ),
    "row.choice_twice": (
        "志愿“{value}”与第 {rows} 行重复；每户的志愿应为 1、2、3……各一次",
        "choice “{value}” stands in row {rows} too; a household's choices are numbered 1, 2, 3 …, each once",
    ),
    "row.choice_gap": (
        "{household_id} 有志愿“{value}”而没有志愿 {missing}；应从 1 起连续编号",
        "{household_id} has choice “{value}” but no choice {missing}; number them from 1 without a gap",
    ),
    "row.choice_beyond": (
        "志愿“{value}”超过政策允许的 {most} 个志愿",
        "choice “{value}” is beyond the {most} choices that the policy allows",
    ),
    "row.order_missing": (
        "没有选房顺序号；政策规定按给定顺序号选房，每户都应有",
        "there is no order number; the policy takes order numbers as given, so every household needs one",
    ),
    "row.order_twice": (
        "选房顺序号“{value}”与第 {rows} 行重复；每户应各不相同",
        "the order number “{value}” stands in row {rows} too; every household needs its own",
    ),
    "row.born_later": (
        "出生日期“{value}”晚于本批次的基准日 {as_of}；请核对",
        "the birth date “{value}” is after the day the round is judged on, {as_of}; check it",
    ),
    "round.key_unknown": (
        "不认得“{value}”这一项；可用的有 id、title、projects、as_of、seed、freeze_on、policy",
        "“{value}” is not known here; known are id, title, projects, as_of, seed, freeze_on, policy",
    ),
    "round.key_twice": ("“{value}”这一项重复；请只留一项", "“{value}” is given twice; keep one of them"),
    "round.id_form": (
        "“{value}”不能作批次编号，应为{expected}",
        "“{value}” cannot be a round's id; expected is {expected}",
    ),
    "round.project_unknown": (
        "小区“{value}”在房源表中没有一套房；请核对",
        "the project “{value}” has no home in the table of units; check it",
    ),
    "round.policy_absolute": (
        "政策文件“{value}”写了完整路径；请写相对于本批次文件夹的路径",
        "the policy file “{value}” has an absolute path; give it relative to the round's folder",
    ),
    "annotate.title": ("问题清单", "Faults"),
    "annotate.headings": ("序号|位置|行|列|填写的值|问题", "No|place|row|column|value found|fault"),
    "annotate.same_file": (
        "“{value}”就是原来的文件；标注后的工作簿请另取文件名",
        "“{value}” is the file itself; give the marked workbook another name",
    ),
    "annotate.no_folder": ("“{value}”所在的文件夹不存在", "the folder of “{value}” does not exist"),
    "round.policy_missing": (
        "找不到政策文件“{value}”；它应相对于本批次所在文件夹",
        "the policy file “{value}” is not there; it is looked up from the round's folder",
    ),
}
